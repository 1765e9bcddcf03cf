/**
 * Answers machines that ask by broadcast where the door is, on networks that drop multicast. To neighbours only, paced, never
 * with more bytes than the question had: it is of no use to whoever asks in another's name. Its troubles never stop the door.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { BlockList, isIPv4 } from 'node:net';
import { decodeBeaconQuestion, encodeBeaconAnswer } from '../protocol/beacon.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import { messageOf } from '../runtime/errors.ts';
import { type Log, limited } from '../runtime/log.ts';
import { TokenBucket } from './bucket.ts';

export type Place = { id: string; name: string; port: number };

const perSecond = 100;
const ofOnePerSecond = 2;
const ofOneBurst = 6;
const askersKept = 256;

const neighbours = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const)
  neighbours.addSubnet(net, bits);
neighbours.addSubnet('fe80::', 10, 'ipv6');
neighbours.addSubnet('fc00::', 7, 'ipv6');

export class Beacon implements Part {
  readonly name = 'beacon';
  readonly #o: { place: () => Place; port: number; clock: Clock; log: Log };
  readonly #log: Log;
  readonly #all: TokenBucket;
  readonly #askers = new Map<string, TokenBucket>();
  #socket: Socket | null = null;

  constructor(o: { place: () => Place; port: number; clock: Clock; log: Log }) {
    this.#o = o;
    this.#log = limited(o.log, 600_000, o.clock);
    this.#all = new TokenBucket({ perSecond, burst: perSecond, nowMs: o.clock.monotonicMs() });
  }

  /** Where it listens; 0 when it does not. */
  get port(): number {
    return this.#socket?.address().port ?? 0;
  }

  async start(): Promise<void> {
    // A system without IPv6 has no '::'.
    const reason = (await this.#open('udp6', '::')) && (await this.#open('udp4', '0.0.0.0'));
    if (reason !== null)
      this.#log.warn('the beacon does not work: machines find this box by other ways', { reason });
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  /** Why not, or null. */
  #open(type: 'udp4' | 'udp6', address: string): Promise<string | null> {
    const socket = createSocket({ type });
    return new Promise((resolve) => {
      socket.on('error', (error) => {
        if (this.#socket === socket) {
          this.#log.warn('the beacon had trouble', { reason: messageOf(error) });
          return;
        }
        socket.close();
        resolve(messageOf(error));
      });
      socket.bind({ address, port: this.#o.port, exclusive: true }, () => {
        this.#socket = socket;
        socket.on('message', (bytes, from) => this.#asked(bytes, from));
        resolve(null);
      });
    });
  }

  #asked(bytes: Uint8Array, from: RemoteInfo): void {
    if (!isNeighbour(from.address)) return;
    let nonce: Uint8Array;
    try {
      nonce = decodeBeaconQuestion(bytes);
    } catch {
      return; // Anybody may send anything to a port; only questions have answers.
    }
    // Behind the reading of it: nonsense from invented addresses must not use up what questions have.
    if (!this.#mayAsk(from.address)) return;
    const answer = encodeBeaconAnswer({ nonce, ...this.#o.place() });
    this.#socket?.send(answer, from.port, from.address, (error) => {
      if (error) this.#log.debug('a beacon was not answered', { to: from.address, reason: messageOf(error) });
    });
  }

  #mayAsk(address: string): boolean {
    const nowMs = this.#o.clock.monotonicMs();
    let asker = this.#askers.get(address);
    if (asker === undefined) {
      const [oldest] = this.#askers.keys();
      if (this.#askers.size >= askersKept && oldest !== undefined) this.#askers.delete(oldest);
      asker = new TokenBucket({ perSecond: ofOnePerSecond, burst: ofOneBurst, nowMs });
      this.#askers.set(address, asker);
    }
    return asker.take(nowMs) && this.#all.take(nowMs);
  }
}

export function isNeighbour(address: string): boolean {
  const bare = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  return neighbours.check(bare, isIPv4(bare) ? 'ipv4' : 'ipv6');
}
