/**
 * Machines that knocked and that nobody has admitted. They exist here, in RAM, and nowhere else; the room is bounded, one
 * machine at a time is selected, and who was refused three times is not heard for a while.
 */
import { Malformed } from '../protocol/malformed.ts';
import { type Hello, type Message, messageTypes } from '../protocol/messages.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { Failure } from '../runtime/errors.ts';
import { TokenBucket } from './bucket.ts';
import type { Waiting } from './client/types.ts';
import { alwaysAccepted, type Connection, type Handler } from './connection.ts';
import { type Guest, noSuchGuest, shown } from './guest.ts';
import { RefusedAddresses } from './refused-addresses.ts';
import { jittered } from './retry.ts';
import { RoomPlaces } from './room-places.ts';
import { Selection } from './selection.ts';

const waitingLimits = { drawsPerMinute: 6, absentMs: 60_000, wantedMs: 600_000 };
export const quietRetryMs = 600_000;
const refusedKeysKept = 256;
const refusedRetryMs = 60_000;
export const fullRetryMs = 30_000;
/** A nonce and its JSON; nothing longer is said before admission. */
const strangerFrameBytes = 8 * 1024;

const accepts: ReadonlySet<number> = new Set<number>([
  ...alwaysAccepted,
  messageTypes.pairNonce,
  messageTypes.pairAnswer,
]);

export class WaitingRoom {
  readonly #boxHash: string;
  readonly #earlier: (name: string) => Waiting['earlier'];
  readonly #clock: Clock;
  readonly #guests = new Map<string, Guest>();
  readonly #draws: TokenBucket;
  readonly #refused: RefusedAddresses;
  readonly #listeners = new Set<() => void>();
  readonly #refusedKeys = new Set<string>();
  readonly #places = new RoomPlaces();
  #selection: Selection | null = null;
  #wanting: Timer | null = null;
  #notifying: Timer | null = null;

  constructor(o: { boxHash: string; clock: Clock; earlier?: (name: string) => Waiting['earlier'] }) {
    this.#boxHash = o.boxHash;
    this.#earlier = o.earlier ?? (() => []);
    this.#clock = o.clock;
    const perMinute = waitingLimits.drawsPerMinute;
    this.#draws = new TokenBucket({
      perSecond: perMinute / 60,
      burst: perMinute,
      nowMs: o.clock.monotonicMs(),
    });
    this.#refused = new RefusedAddresses(quietRetryMs);
  }

  get size(): number {
    return this.#guests.size;
  }

  list(): Waiting[] {
    return [...this.#guests.values()].map((guest) => this.#show(guest));
  }

  /** A stranger said hello. The handler for its connection, or what to tell it instead. */
  enter(connection: Connection, hello: Hello): Handler | 'silenced' | 'full' {
    const nowMs = this.#clock.monotonicMs();
    const { keyHash: id, address } = connection;
    if (this.#refused.silenced(address, nowMs)) return 'silenced';
    const before = this.#guests.get(id);
    if (before === undefined && !this.#makeRoom(id, address, hello.name)) return 'full';
    const guest: Guest = {
      id,
      hello,
      address,
      sinceMs: before?.sinceMs ?? this.#clock.wallMs(),
      firstMs: before?.firstMs ?? nowMs,
      connection,
      leftAtMs: 0,
    };
    // The newest connection of a key counts; the one before is most likely dead.
    this.#guests.set(id, guest);
    if (this.#selection?.id === id) this.#selection.end();
    before?.connection?.close('replaced', { code: 'REPLACED', message: 'this key has connected again' });
    this.changed();
    return {
      accepts,
      frameBytes: strangerFrameBytes,
      onHeard: () => undefined,
      onMessage: (message) => this.#onMessage(guest, message),
      onClosed: () => this.#onClosed(guest),
    };
  }

  guests(): Guest[] {
    return [...this.#guests.values()];
  }

  /** Whether a person has sent this very key away lately. */
  wasRefused(id: string): boolean {
    return this.#refusedKeys.has(id);
  }

  async select(id: string): Promise<Waiting> {
    const guest = this.#present(id);
    if (!this.#draws.take(this.#clock.monotonicMs())) {
      throw new Failure(
        'TOO_MANY',
        `digits are drawn at most ${waitingLimits.drawsPerMinute} times a minute: wait a little`,
      );
    }
    this.#selection?.end();
    const connection = guest.connection!;
    const selection = new Selection({
      id,
      boxHash: this.#boxHash,
      speaker: connection,
      clock: this.#clock,
      onOver: () => {
        if (this.#selection === selection) this.#selection = null;
        this.changed();
      },
    });
    this.#selection = selection;
    await selection.draw();
    this.changed();
    return this.#show(guest);
  }

  deselect(): void {
    this.#selection?.end();
  }

  /** The guest, if `digits` are those now drawn for it and nobody has said that they differ. */
  judge(id: string, digits: string): { guest: Guest; answer: 'yes' | null } {
    const guest = this.#present(id);
    const selection = this.#selection;
    if (selection?.id !== id || selection.digits === null) {
      throw new Failure(
        'CONFLICT',
        'no digits are drawn for this machine now: select it and compare them first',
      );
    }
    if (selection.digits !== digits) {
      throw new Failure(
        'CONFLICT',
        'these are not the digits now drawn for this machine: compare them again',
      );
    }
    if (selection.answer === 'no') {
      throw new Failure(
        'CONFLICT',
        'the person at the machine sees other digits: somebody may be in between, do not admit it',
      );
    }
    return { guest, answer: selection.answer };
  }

  /** It is admitted: it leaves the room, its connection stays. */
  release(guest: Guest): void {
    if (this.#guests.get(guest.id) !== guest) return;
    this.#guests.delete(guest.id);
    if (this.#selection?.id === guest.id) {
      this.#selection.admitted();
      this.#selection = null;
    }
    this.changed();
  }

  /** Somebody with this key has come in by another way. */
  dismiss(id: string): void {
    const guest = this.#guests.get(id);
    if (guest === undefined) return;
    const { connection } = guest;
    this.#forget(guest);
    connection?.close('replaced', { code: 'REPLACED', message: 'this key has connected again' });
  }

  /** A person looks for a machine of this name (or key): for ten minutes it comes in before all others. */
  want(text: string): void {
    this.#wanting?.stop();
    this.#places.want(text);
    this.#wanting = text === '' ? null : this.#clock.after(waitingLimits.wantedMs, () => this.want(''));
  }

  refuse(id: string): Guest {
    const guest = this.#guests.get(id);
    if (guest === undefined) throw noSuchGuest();
    this.#refusedKeys.add(id);
    const [oldest] = this.#refusedKeys;
    if (this.#refusedKeys.size > refusedKeysKept && oldest !== undefined) this.#refusedKeys.delete(oldest);
    const silenced = this.#refused.refuse(guest.address, this.#clock.monotonicMs());
    this.#drop(guest, silenced ? quietRetryMs : refusedRetryMs);
    if (silenced) {
      for (const other of [...this.#guests.values()])
        if (other.address === guest.address) this.#drop(other, quietRetryMs);
    }
    return guest;
  }

  onChange(listener: () => void): Timer {
    this.#listeners.add(listener);
    return { stop: () => void this.#listeners.delete(listener) };
  }

  /** Now and then: who has left is forgotten. */
  tidy(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const guest of this.#guests.values()) {
      if (guest.connection === null && nowMs - guest.leftAtMs >= waitingLimits.absentMs) this.#forget(guest);
    }
  }

  stop(): void {
    this.#selection?.end();
    this.#wanting?.stop();
    this.#notifying?.stop();
  }

  #onMessage(guest: Guest, message: Message): void {
    if (message.kind === 'goodbye') {
      guest.connection?.close('left');
      this.#forget(guest);
      return;
    }
    const selection = this.#selection?.id === guest.id ? this.#selection : null;
    if (message.kind === 'pairNonce' && !selection?.nonce(message.body.nonce)) {
      // A nonce that crosses the end of its selection is harmless; a second one would be a second guess.
      if (selection !== null)
        throw new Malformed('OUT_OF_RANGE', 'nonce', 'one nonce is taken for each selection');
    }
    if (message.kind === 'pairAnswer' && selection?.answered(message.body.same)) this.changed();
  }

  #onClosed(guest: Guest): void {
    guest.connection = null;
    guest.leftAtMs = this.#clock.monotonicMs();
    if (this.#guests.get(guest.id) !== guest) return;
    if (this.#selection?.id === guest.id) {
      this.#selection.end(new Failure('CLOSED', 'the machine has left: select it again when it is back'));
    }
    this.changed();
  }

  #drop(guest: Guest, retryMs: number): void {
    const connection = guest.connection;
    this.#forget(guest);
    connection?.send('refused', { retryMs: jittered(retryMs) });
    connection?.close('refused');
  }

  #forget(guest: Guest): void {
    if (this.#guests.get(guest.id) !== guest) return;
    this.#guests.delete(guest.id);
    if (this.#selection?.id === guest.id) this.#selection.end();
    this.changed();
  }

  #makeRoom(id: string, address: string, name: string): boolean {
    const seats = [...this.#guests.values()].map((guest) => ({ ...guest, name: guest.hello.name }));
    const o = { selected: this.#selection?.id, nowMs: this.#clock.monotonicMs() };
    const leaves = this.#places.makeRoom(seats, { id, address, name }, o);
    if (leaves === null || leaves === 'full') return leaves === null;
    const guest = this.#guests.get(leaves.id);
    if (guest !== undefined) this.#turnOut(guest);
    return true;
  }

  #turnOut(guest: Guest): void {
    const { connection } = guest;
    this.#forget(guest);
    const message = 'too many machines wait: admit or refuse some at the box';
    connection?.close('unadmitted', { code: 'TOO_MANY_WAITING', message, retryMs: jittered(fullRetryMs) });
  }

  #present(id: string): Guest {
    const guest = this.#guests.get(id);
    if (guest === undefined) throw noSuchGuest();
    if (guest.connection === null) {
      throw new Failure('CONFLICT', `${guest.hello.name} is not connected now: wait until it is back`);
    }
    return guest;
  }

  #show(guest: Guest): Waiting {
    const selection = this.#selection?.id === guest.id ? this.#selection : null;
    return shown(guest, selection, this.#earlier(guest.hello.name));
  }

  /** Many changes in one moment, also of what is told with the waiting room, are told once. */
  changed(): void {
    this.#notifying ??= this.#clock.after(20, () => {
      this.#notifying = null;
      for (const listener of this.#listeners) listener();
    });
  }
}
