/** Box and machine as they are: the real waiting room and the real session, each with somebody at its other end. */
import type { TLSSocket } from 'node:tls';
import { Connection as AgentConnection } from '../../../agent/connection.ts';
import { DrawPace } from '../../../agent/pairing.ts';
import { Session } from '../../../agent/session.ts';
import type { Speaker } from '../../../agent/speaker.ts';
import { Connection as BoxConnection } from '../../../appliance/ingest/connection.ts';
import { Reception, type ReceptionDesk } from '../../../appliance/ingest/reception.ts';
import { WaitingRoom } from '../../../appliance/ingest/waiting-room.ts';
import { FrameReader } from '../../../appliance/protocol/frame.ts';
import {
  type Body,
  encodeMessage,
  type Message,
  parseMessage,
} from '../../../appliance/protocol/messages.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import { FakeClock } from '../../helpers/clock.ts';
import type { Key } from './keys.ts';
import { MemorySocket } from './socket.ts';

export type PairingKind = 'pairCommit' | 'pairNonce' | 'pairReveal' | 'pairAnswer' | 'pairEnd';

/** What somebody at the other end can do with one connection. */
export type Line = {
  readonly open: boolean;
  send<K extends PairingKind>(kind: K, body: Body<K>): void;
  close(): void;
};

export type Heard = (message: Message) => void;

export type BoxEnd = {
  readonly hash: string;
  /** Somebody connects and says hello with this key. */
  connect(key: Key, heard: Heard): Line;
  /** The person at the box picks whoever has this key. */
  select(keyHash: string): void;
  /** On the box's screen. */
  shown(): string | null;
};

export type MachineEnd = {
  readonly hash: string;
  /** The machine connects to somebody who has this key. */
  connect(key: Key, heard: Heard): Line;
  /** On the machine's screen, for each box that it talks to. */
  shown(): readonly string[];
};

const log = createLog({ name: 'mitm', level: 'error', write: () => undefined });

export class RealBox implements BoxEnd {
  readonly hash: string;
  readonly #clock = new FakeClock();
  readonly #room: WaitingRoom;
  readonly #reception: Reception;

  constructor(key: Key) {
    this.hash = key.hash;
    this.#room = new WaitingRoom({ boxHash: key.hash, clock: this.#clock });
    const desk: Partial<ReceptionDesk> = {
      ...{ clock: this.#clock, room: this.#room, box: { name: 'netmonitor-abcd', version: '0.1.0' } },
      roster: { ready: true, byKey: () => undefined },
      time: { wallMs: () => this.#clock.wallMs(), trusted: () => true } as ReceptionDesk['time'],
    };
    this.#reception = new Reception(desk as ReceptionDesk);
  }

  connect(key: Key, heard: Heard): Line {
    const [near, far] = MemorySocket.pair();
    const place = { admit: () => undefined } as unknown as Parameters<Reception['greet']>[1];
    const line = lineOf(far, heard);
    new BoxConnection({
      ...{ socket: near as unknown as TLSSocket, keyHash: key.hash, address: near.remoteAddress },
      ...{ clock: this.#clock, log, onEnd: () => undefined },
      handler: (connection) => this.#reception.greet(connection, place),
    });
    far.write(encodeMessage('hello', hello));
    return line;
  }

  select(keyHash: string): void {
    // What ends a selection is for the person; here only what is shown counts.
    this.#room.select(keyHash).catch(() => undefined);
  }

  shown(): string | null {
    return this.#room.list().find(({ digits }) => digits !== null)?.digits ?? null;
  }
}

export class RealMachine implements MachineEnd {
  readonly hash: string;
  readonly #clock = new FakeClock();
  readonly #pace = new DrawPace(this.#clock);
  readonly #sessions: Session[] = [];

  constructor(key: Key) {
    this.hash = key.hash;
  }

  connect(key: Key, heard: Heard): Line {
    const [near, far] = MemorySocket.pair();
    const clock = this.#clock;
    const line = lineOf(far, heard);
    const speaker: Partial<Speaker> = {
      run: { id: 'ab'.repeat(16), osBoot: 'cd'.repeat(16), ms: () => Math.round(clock.monotonicMs()) },
      ...{ hash: this.hash, machineName: 'pc', os: 'Linux', intervalMs: 5_000, synchronised: () => true },
    };
    const session = new Session({
      connection: new AgentConnection(near as unknown as TLSSocket, key.certificate(), clock),
      speaker: speaker as Speaker,
      ...{ trusted: false, pace: this.#pace, listens: () => true, trust: async () => undefined },
      ...{ changed: () => undefined, clock, log },
    });
    this.#sessions.push(session);
    far.write(encodeMessage('welcome', welcome));
    return line;
  }

  shown(): string[] {
    return this.#sessions.flatMap(({ digits }) => (digits === undefined ? [] : [digits]));
  }
}

function lineOf(socket: MemorySocket, heard: Heard): Line {
  const reader = new FrameReader();
  socket.on('data', (bytes: Buffer) => {
    for (const frame of reader.push(bytes)) {
      const message = parseMessage(frame);
      if (message !== null) heard(message);
    }
  });
  return {
    get open() {
      return socket.open;
    },
    send: (kind, body) => void socket.write(encodeMessage(kind, body)),
    close: () => socket.destroy(),
  };
}

const protocol: [number, number] = [1, 0];
const hello: Body<'hello'> = {
  ...{ protocol, agent: '0.1.0', run: 'ef'.repeat(16), osBoot: '01'.repeat(16), runMs: 1, wallMs: 1 },
  ...{ synchronised: true, name: 'pc', os: 'Linux', intervalMs: 5_000, pinned: false },
};
const welcome: Body<'welcome'> = {
  ...{ protocol, box: 'netmonitor-abcd', version: '0.1.0', state: 'waiting' },
  clock: { wallMs: 1, trusted: true },
  limits: { frameBytes: 262_144, messagesPerSecond: 10, ticksPerMessage: 64, series: 500 },
};
