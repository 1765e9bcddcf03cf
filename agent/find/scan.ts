/**
 * The last rung: knocks at the door's port of each address of the own /24. Only on private networks, only when nobody
 * answered before, and seldom, since it looks like what intruders do.
 */
import { isPrivate, ownAddresses } from './networks.ts';
import { CandidateQueue } from './queue.ts';
import { opens } from './reach.ts';
import type { Rung } from './rung.ts';
import { defaultPort } from './typed.ts';

const atOnce = 32;
const mostNetworks = 2;

export const scan: Rung = async function* (options, signal) {
  if (!options.discover) return;
  const hosts = (options.neighbours ?? neighbours)();
  const found = new CandidateQueue();
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const worker = async () => {
    for (let host = hosts.shift(); host !== undefined && !stop.aborted; host = hosts.shift()) {
      if (await opens({ host, port: defaultPort }, stop)) found.add([{ host, port: defaultPort }], host);
    }
  };
  const working = Promise.all(Array.from({ length: atOnce }, worker)).then(() => found.end());
  try {
    yield* found.until(signal);
  } finally {
    over.abort();
    await working;
  }
};

/** Everybody in the /24 around each own private address, but not ourselves. */
export function neighbours(own = ownAddresses('IPv4')): string[] {
  const self = new Set(own.map(({ address }) => address));
  const prefixes = own
    .filter(({ address }) => isPrivate(address))
    .map(({ address }) => address.slice(0, address.lastIndexOf('.')));
  return [...new Set(prefixes)]
    .slice(0, mostNetworks)
    .flatMap((prefix) => Array.from({ length: 254 }, (_, at) => `${prefix}.${at + 1}`))
    .filter((address) => !self.has(address));
}
