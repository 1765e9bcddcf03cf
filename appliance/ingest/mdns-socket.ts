/**
 * The socket of our mDNS responder, behind a sieve: whatever comes from outside this network, asks for nobody of us, or asks
 * too often, is dropped before anybody takes it apart. RFC 6762 wants off-link packets ignored (11) and a record said at most
 * once a second (6); every answer goes to everybody, so answering few questions leaves nobody without an answer.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { BlockList, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../runtime/clock.ts';
import { TokenBucket } from './bucket.ts';

const perSecond = 5;
const atOnce = 20;
/** Bytes of a header, and the bit of its third byte that tells an answer from a question. */
const headerBytes = 12;
const answerBit = 0x80;
/** What is asked of us: our service, our name, or which services there are. */
const ourWords = ['netmonitor', '_dns-sd'];

export class Sieve {
  readonly #neighbours: Pick<BlockList, 'check'>;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #questions: TokenBucket;

  constructor(o: { neighbours: Pick<BlockList, 'check'>; clock: Pick<Clock, 'monotonicMs'> }) {
    this.#neighbours = o.neighbours;
    this.#clock = o.clock;
    this.#questions = new TokenBucket({ perSecond, burst: atOnce, nowMs: o.clock.monotonicMs() });
  }

  passes(message: Uint8Array, from: Pick<RemoteInfo, 'address'>): boolean {
    if (!isForUs(message) || !isIPv4(from.address) || !this.#neighbours.check(from.address)) return false;
    return this.#questions.take(this.#clock.monotonicMs());
  }
}

/** Answers are none of our business: the name is never probed. */
function isForUs(message: Uint8Array): boolean {
  if (message.length <= headerBytes || (message[2]! & answerBit) !== 0) return false;
  const text = Buffer.from(message.buffer, message.byteOffset, message.length)
    .toString('latin1')
    .toLowerCase();
  return ourWords.some((word) => text.includes(word));
}

/** Who shares a network with this address of ours. */
export function neighboursOf(address: string): BlockList {
  const list = new BlockList();
  list.addSubnet('169.254.0.0', 16);
  for (const own of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    const prefix = Number(own.cidr?.split('/')[1]);
    if (own.address === address && own.family === 'IPv4' && prefix > 0) list.addSubnet(address, prefix);
  }
  return list;
}

export function mdnsSocket(address: string, clock: Clock): Socket {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const sieve = new Sieve({ neighbours: neighboursOf(address), clock });
  const { emit } = socket;
  // In front of every listener, whoever adds it: the library takes apart whatever it hears.
  socket.emit = function sieved(this: Socket, event: string, ...args: unknown[]): boolean {
    if (event === 'message' && !sieve.passes(args[0] as Uint8Array, args[1] as RemoteInfo)) return false;
    return (emit as (event: string, ...args: unknown[]) => boolean).call(this, event, ...args);
  } as Socket['emit'];
  return socket;
}
