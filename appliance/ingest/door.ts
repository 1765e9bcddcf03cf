/**
 * The agents' door: TLS 1.3 with a certificate on both sides. Who somebody is, is the hash of the key that they prove to
 * have; dates, names and chains of certificates are never looked at. Whatever fails here is closed and counted.
 */
import { constants } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import { keyHash } from '../protocol/identity.ts';
import { limits } from '../protocol/limits.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import { messageOf } from '../runtime/errors.ts';
import { openPort } from '../runtime/listen.ts';
import type { Log } from '../runtime/log.ts';
import { Connection, type End, type Handler } from './connection.ts';
import { Gate, type GateLimits, gateLimits, type Place, type Refusal } from './gate.ts';
import type { Identity } from './identity.ts';

const alpn = 'netmonitor/1';
/** Each connection would keep the 1.2 kB key of the hybrid group, unpacked, for as long as it lasts: 9 kB each. */
const groups = 'X25519:P-256';
/** Often enough that we speak within limits.speakMs. */
const tendEveryMs = 5_000;
const farewellRetryMs = 2_000;

export type Refused = Exclude<End, 'left' | 'stopped' | 'replaced' | 'removed' | 'refused'> | Refusal | 'tls';
/** What a new connection may do, and how it gets a place among the admitted. */
export type Greet = (connection: Connection, place: Place) => Handler;

export type DoorOptions = {
  identity: Identity;
  listen: string;
  port: number;
  clock: Clock;
  log: Log;
  greet: Greet;
  limits?: GateLimits;
  handshakeMs?: number;
};

export class Door implements Part {
  readonly name = 'door';
  readonly #o: DoorOptions;
  readonly #gate: Gate;
  readonly #connections = new Set<Connection>();
  /** By remote address and port: TLS hands out a socket of its own. */
  readonly #places = new Map<string, { place: Place; socket: Socket }>();
  readonly #refused = new Map<Refused, number>();
  #server: Server | null = null;
  #timer: Timer | null = null;
  #port = 0;

  constructor(o: DoorOptions) {
    this.#o = o;
    this.#gate = new Gate(o.clock.monotonicMs(), o.limits ?? gateLimits);
  }

  get port(): number {
    return this.#port;
  }

  /** Connections by the reason for which they were turned away, since the start. */
  get refused(): ReadonlyMap<Refused, number> {
    return this.#refused;
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  async start(): Promise<void> {
    const tls = this.#createTls();
    const server = createServer({ noDelay: true }, (socket) => this.#knock(socket, tls));
    this.#server = server;
    this.#port = await openPort(server, {
      host: this.#o.listen,
      port: this.#o.port,
      key: 'port',
      backlog: 256,
    });
    server.on('error', (error) =>
      this.#o.log.warn('the door could not take a connection', { reason: messageOf(error) }),
    );
    this.#timer = this.#o.clock.every(tendEveryMs, () => this.#tend());
    this.#o.log.info('door open', { port: this.#port, id: this.#o.identity.id });
  }

  async stop(): Promise<void> {
    this.#timer?.stop();
    for (const connection of this.#connections) {
      connection.close('stopped', {
        code: 'SHUTTING_DOWN',
        message: 'the box restarts',
        retryMs: farewellRetryMs,
      });
    }
    const server = this.#server;
    if (server === null) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const late = this.#o.clock.after(600, () => {
      for (const { socket } of this.#places.values()) socket.destroy();
    });
    await closed;
    late.stop();
  }

  #createTls(): TlsServer {
    const tls = createTlsServer({
      key: this.#o.identity.keyPem,
      cert: this.#o.identity.certificatePem,
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      ecdhCurve: groups,
      // A list would be copied for each connection, and each copy would keep a piece of Node's pool of buffers.
      ALPNCallback: ({ protocols }) => (protocols.includes(alpn) ? alpn : undefined),
      requestCert: true,
      rejectUnauthorized: false,
      // Without tickets and without a cache there is nothing to resume: each connection proves its key.
      secureOptions: constants.SSL_OP_NO_TICKET,
      handshakeTimeout: this.#o.handshakeMs ?? limits.handshakeMs,
    });
    tls.on('secureConnection', (socket) => this.#secured(socket));
    tls.on('tlsClientError', (_error, socket) => {
      this.#count('tls');
      socket.destroy();
    });
    return tls;
  }

  #knock(socket: Socket, tls: TlsServer): void {
    const address = plainAddress(socket.remoteAddress);
    const place = this.#gate.enter(address, this.#o.clock.monotonicMs());
    if (typeof place === 'string') {
      this.#count(place);
      socket.destroy();
      return;
    }
    const from = endpointOf(socket);
    this.#places.set(from, { place, socket });
    // TLS reports what goes wrong in it; this keeps a reset before that from being uncaught.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#places.delete(from);
      place.leave();
    });
    tls.emit('connection', socket);
  }

  #secured(socket: TLSSocket): void {
    socket.on('error', () => socket.destroy());
    const place = this.#places.get(endpointOf(socket))?.place;
    const hash = place === undefined ? null : keyHashOf(socket);
    if (place === undefined || hash === null) {
      this.#count('tls');
      socket.destroy();
      return;
    }
    const connection: Connection = new Connection({
      socket,
      keyHash: hash,
      address: plainAddress(socket.remoteAddress),
      clock: this.#o.clock,
      log: this.#o.log,
      handler: (made) => this.#o.greet(made, place),
      onEnd: (end) => {
        this.#connections.delete(connection);
        if (isRefused(end)) this.#count(end);
      },
    });
    this.#connections.add(connection);
  }

  #tend(): void {
    const nowMs = this.#o.clock.monotonicMs();
    for (const connection of this.#connections) connection.tend(nowMs);
  }

  #count(reason: Refused): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }
}

const nobodysFault: ReadonlySet<End> = new Set(['left', 'stopped', 'replaced', 'removed', 'refused']);

function isRefused(end: End): end is Exclude<End, 'left' | 'stopped' | 'replaced' | 'removed' | 'refused'> {
  return !nobodysFault.has(end);
}

/** `null` when this is not somebody who proved to have a P-256 key in a fresh handshake of our protocol. */
function keyHashOf(socket: TLSSocket): string | null {
  if (socket.alpnProtocol !== alpn || socket.isSessionReused()) return null;
  const key = socket.getPeerX509Certificate()?.publicKey;
  return key?.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? keyHash(key) : null;
}

function endpointOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

/** IPv4 as people write it, also on a socket that speaks both. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '');
}
