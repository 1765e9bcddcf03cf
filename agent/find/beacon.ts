/**
 * A question to everybody on the own networks, for where multicast is dropped: to the broadcast address of each network and,
 * for those without IPv4, to all nodes of each link. Only answers that repeat our number count.
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:dgram';
import {
  beaconNonceBytes,
  decodeBeaconAnswer,
  encodeBeaconQuestion,
} from '../../appliance/protocol/beacon.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import { broadcastOf, ownAddresses } from './networks.ts';
import { CandidateQueue } from './queue.ts';
import type { Candidate, FindOptions, Rung } from './rung.ts';
import { defaultPort } from './typed.ts';

/** A datagram may be lost. */
const askAgainMs = [700, 1_800];
const giveUpMs = 3_000;

type Asked = { socket: Socket; to: readonly string[] };

export const beacon: Rung = async function* (options, signal) {
  if (!options.discover) return;
  const nonce = randomBytes(beaconNonceBytes);
  const found = new CandidateQueue();
  const { createSocket } = await import('node:dgram');
  const asked: Asked[] = [
    ...ownAddresses('IPv4').map((own) => ({
      ...{ socket: createSocket('udp4'), bind: own.address },
      to: ['255.255.255.255', broadcastOf(own)],
    })),
    ...ownAddresses('IPv6')
      .filter(({ address }) => /^fe80:/i.test(address))
      .map(({ name }) => ({ socket: createSocket('udp6'), bind: '::', to: [`ff02::1%${name}`] })),
  ].map(({ socket, bind, to }) => listen(socket, bind, to, { nonce, found, log: options.log }));
  const bytes = encodeBeaconQuestion(nonce);
  const ask = () => {
    for (const { socket, to } of asked) send(socket, to, bytes, options);
  };
  const timers = [
    ...askAgainMs.map((ms) => options.clock.after(ms, ask)),
    options.clock.after(giveUpMs, () => found.end()),
  ];
  if (asked.length === 0) found.end();
  ask();
  try {
    yield* found.until(signal);
  } finally {
    for (const timer of timers) timer.stop();
    for (const { socket } of asked) socket.close();
  }
};

function listen(
  socket: Socket,
  bind: string,
  to: readonly string[],
  o: { nonce: Uint8Array; found: CandidateQueue; log: FindOptions['log'] },
): Asked {
  socket.on('error', (error) => o.log.debug('no beacon here', { address: bind, error: messageOf(error) }));
  socket.on('message', (bytes, { address }) => {
    const candidate = answerTo(o.nonce, bytes, address);
    if (candidate !== undefined) o.found.add([candidate], address);
  });
  socket.bind({ address: bind, port: 0, exclusive: true }, () => {
    if (bind !== '::') socket.setBroadcast(true);
  });
  return { socket, to };
}

/** Anybody may send us anything: what is no answer to our question is nothing. */
function answerTo(nonce: Uint8Array, bytes: Uint8Array, address: string): Candidate | undefined {
  try {
    const answer = decodeBeaconAnswer(bytes);
    if (Buffer.compare(answer.nonce, nonce) !== 0) return undefined;
    return { host: address, port: answer.port, announcedHash: answer.id };
  } catch {
    return undefined;
  }
}

/** What cannot be sent (no route, no permission) leaves the other networks. */
function send(socket: Socket, to: readonly string[], bytes: Uint8Array, { log }: FindOptions): void {
  for (const address of to) {
    socket.send(bytes, defaultPort, address, (error) => {
      if (error) log.debug('no beacon there', { address, error: messageOf(error) });
    });
  }
}
