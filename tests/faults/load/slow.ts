/** Connections that are held open and say next to nothing, and are opened anew whenever the box hangs up. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { addressOf } from './machine.ts';

export type Doors = { https: number; http: number; door: number };
type Kind = { port: keyof Doors; tls?: { alpn?: string }; start: string; piece: string };

const line = 'GET / HTTP/1.1\r\nHost: localhost\r\n';
const kinds: readonly Kind[] = [
  { port: 'https', start: '', piece: '' },
  // A handshake that comes byte by byte.
  { port: 'https', start: '\x16\x03\x01', piece: '\x00' },
  { port: 'https', tls: {}, start: line, piece: 'X-A: a\r\n' },
  { port: 'https', tls: {}, start: '', piece: '' },
  // A body that never comes.
  {
    port: 'https',
    tls: {},
    start: `POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{`,
    piece: ' ',
  },
  // An answer that is never read.
  { port: 'https', tls: {}, start: `GET / HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(20), piece: '' },
  { port: 'http', start: line, piece: 'X-A: a\r\n' },
  { port: 'door', start: '', piece: '' },
  { port: 'door', start: '\x16\x03\x01', piece: '\x00' },
];
const pieceEveryMs = 500;
const againMs = 250;

export class SlowConnections {
  /** Connections that were taken, once each; and how many were open at the most. */
  opened = 0;
  mostOpen = 0;
  readonly #doors: Doors;
  readonly #addresses: number;
  readonly #open = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(doors: Doors, addresses: number) {
    this.#doors = doors;
    this.#addresses = addresses;
  }

  hold(count: number): void {
    for (let number = 0; number < count; number++) this.#hold(number);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#open) socket.destroy();
  }

  #hold(number: number): void {
    const kind = kinds[number % kinds.length]!;
    const o = {
      host: '127.0.0.1',
      port: this.#doors[kind.port],
      localAddress: addressOf(5, Math.floor(number / kinds.length) % this.#addresses),
    };
    const socket = kind.tls === undefined ? connect(o) : connectTls({ ...o, rejectUnauthorized: false });
    this.#open.add(socket);
    socket.once('connect', () => {
      this.opened += 1;
      this.mostOpen = Math.max(this.mostOpen, this.#open.size);
    });
    socket.once(kind.tls === undefined ? 'connect' : 'secureConnect', () => {
      socket.write(kind.start);
      if (kind.piece === '') return;
      const dribble = setInterval(() => socket.write(kind.piece), pieceEveryMs);
      socket.once('close', () => clearInterval(dribble));
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#open.delete(socket);
      if (this.#stopped) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#hold(number);
      }, againMs);
      this.#timers.add(timer);
    });
  }
}
