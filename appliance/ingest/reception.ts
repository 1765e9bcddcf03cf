/** The first words on a connection: hello, and then a session, a place in the waiting room, or a reason to go. */
import { limits } from '../protocol/limits.ts';
import {
  type Hello,
  type Message,
  messageTypes,
  protocolVersion,
  type Welcome,
} from '../protocol/messages.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Machine } from '../store/client/types.ts';
import { alwaysAccepted, type Connection, type Handler } from './connection.ts';
import type { Place } from './gate.ts';
import { isLoopback, type LocalAgent } from './local-agent.ts';
import { jittered } from './retry.ts';
import type { Roster } from './roster.ts';
import type { BoxTime } from './run-clock.ts';
import { fullRetryMs, quietRetryMs, type WaitingRoom } from './waiting-room.ts';

const accepts: ReadonlySet<number> = new Set<number>([...alwaysAccepted, messageTypes.hello]);
/** A hello has a host name, an operating system and a dozen short fields. */
const helloBytes = 8 * 1024;
const busyRetryMs = 2_000;
const heldRetryMs = 30_000;

export type ReceptionDesk = {
  clock: Clock;
  time: BoxTime;
  box: { name: string; version: string };
  roster: Pick<Roster, 'ready' | 'byKey'>;
  room: WaitingRoom;
  localAgent: Pick<LocalAgent, 'is'>;
  /** Admits the box's own agent. */
  admitLocal(key: string, hello: Hello): Promise<Machine>;
  /** Admits whoever shows a valid token; null: it waits. */
  admitByToken(connection: Connection, hello: Hello, token: string): Promise<Machine | null>;
  openSession(connection: Connection, machine: Machine, hello: Hello): Handler;
  /** Its key is used by two machines: nobody hears it until a person has decided. */
  isHeld(machine: number): boolean;
  /** False when it comes back too often. */
  mayCome(machine: number): boolean;
  onFailed(connection: Connection, error: unknown): void;
  /** No place in the waiting room, or none for this address. */
  onTurnedAway(why: 'full' | 'silenced'): void;
  helloMs?: number;
};

/** Whoever does not trust the box by its key has no business with a token: it may stand in the way of somebody else's. */
const tokenOf = (hello: Hello): string | undefined => (hello.pinned ? hello.token : undefined);

export class Reception {
  readonly #desk: ReceptionDesk;
  readonly #places = new WeakMap<Connection, Place>();

  constructor(desk: ReceptionDesk) {
    this.#desk = desk;
  }

  greet(connection: Connection, place: Place): Handler {
    this.#places.set(connection, place);
    const timer: Timer = this.#desk.clock.after(this.#desk.helloMs ?? limits.helloMs, () =>
      connection.close('hello'),
    );
    return {
      accepts,
      frameBytes: helloBytes,
      onHeard: () => undefined,
      onClosed: () => timer.stop(),
      onMessage: (message: Message) => {
        timer.stop();
        if (message.kind === 'hello') this.#onHello(connection, message.body);
        else connection.close('left');
      },
    };
  }

  /** From here on the connection is that of an admitted machine. */
  seat(connection: Connection, machine: Machine, hello: Hello): void {
    this.#places.get(connection)?.admit();
    connection.hand(this.#desk.openSession(connection, machine, hello));
  }

  #onHello(connection: Connection, hello: Hello): void {
    const { roster } = this.#desk;
    const [major] = protocolVersion;
    if (hello.protocol[0] !== major) {
      const message = `this box speaks version ${protocolVersion.join('.')} of the protocol`;
      connection.close('malformed', { code: 'UNSUPPORTED_VERSION', message, retryMs: 3_600_000 });
      return;
    }
    if (!roster.ready) {
      connection.close('busy', {
        code: 'BUSY',
        message: 'the box is starting',
        retryMs: jittered(busyRetryMs),
      });
      return;
    }
    const machine = roster.byKey(connection.keyHash);
    // Whoever does not trust this box yet needs the digits once more, also when the box knows it.
    if (machine !== undefined && hello.pinned) this.#admit(connection, machine, hello);
    else if (machine === undefined && (isLoopback(connection.address) || tokenOf(hello) !== undefined)) {
      connection.hold('asking');
      void this.#ask(connection, hello);
    } else this.#wait(connection, hello);
  }

  /** The ways in that need nobody: the key of the box's own agent, or a token. */
  async #ask(connection: Connection, hello: Hello): Promise<void> {
    const { localAgent, admitLocal, admitByToken, onFailed } = this.#desk;
    const { keyHash, address } = connection;
    const token = tokenOf(hello);
    try {
      let machine: Machine | null = null;
      if (isLoopback(address) && (await localAgent.is(keyHash))) machine = await admitLocal(keyHash, hello);
      else if (token !== undefined) machine = await admitByToken(connection, hello, token);
      if (!connection.open) return;
      if (machine === null) this.#wait(connection, hello);
      else this.#admit(connection, machine, hello);
    } catch (error) {
      onFailed(connection, error);
      const message = 'the box cannot admit now';
      connection.close('busy', { code: 'BUSY', message, retryMs: jittered(busyRetryMs) });
    }
    connection.release('asking');
  }

  #admit(connection: Connection, machine: Machine, hello: Hello): void {
    const why = this.#desk.isHeld(machine.machine)
      ? 'two machines use this key: somebody must decide at the box, or give the copy a key of its own'
      : this.#desk.mayCome(machine.machine)
        ? null
        : 'this machine connects too often';
    if (why !== null) {
      connection.close('busy', { code: 'BUSY', message: why, retryMs: jittered(heldRetryMs) });
      return;
    }
    this.#desk.room.dismiss(connection.keyHash);
    connection.send('welcome', { ...this.#welcome(), state: 'admitted', machine: machine.machine });
    this.seat(connection, machine, hello);
  }

  #wait(connection: Connection, hello: Hello): void {
    const handler = this.#desk.room.enter(connection, hello);
    if (handler === 'silenced' || handler === 'full') this.#desk.onTurnedAway(handler);
    if (handler === 'silenced') {
      connection.send('refused', { retryMs: quietRetryMs });
      connection.close('refused');
    } else if (handler === 'full') {
      const message = 'too many machines wait: admit or refuse some at the box';
      connection.close('unadmitted', { code: 'TOO_MANY_WAITING', message, retryMs: jittered(fullRetryMs) });
    } else {
      connection.hand(handler);
      connection.send('welcome', { ...this.#welcome(), state: 'waiting' });
    }
  }

  #welcome(): Omit<Welcome, 'state' | 'machine'> {
    const { box, time } = this.#desk;
    return {
      protocol: protocolVersion,
      box: box.name,
      version: box.version,
      clock: { wallMs: time.wallMs(), trusted: time.trusted() },
      limits: {
        frameBytes: limits.frameBytes,
        messagesPerSecond: limits.messagesPerSecond,
        ticksPerMessage: limits.ticksPerMessage,
        series: limits.seriesPerMachine,
      },
    };
  }
}
