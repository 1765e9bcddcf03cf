/** The name that a network may give its box: `netmonitor`, as the system resolves names, with its search domains. */
import { messageOf } from '../../appliance/runtime/errors.ts';
import type { Rung } from './rung.ts';
import { defaultPort } from './typed.ts';

const names = ['netmonitor', 'netmonitor.local'] as const;
const mostAddresses = 4;
/** The system's resolver cannot be called off; whoever is slower than this has no name for us. */
const lookupMs = 2_000;

export const wellKnown: Rung = async function* ({ discover, clock, log }, signal) {
  if (!discover) return;
  const { promises: dns } = await import('node:dns');
  const late = new AbortController();
  const none = clock.sleep(lookupMs, AbortSignal.any([late.signal, signal])).then(
    () => [],
    () => [], // Called off: nobody waits any more.
  );
  const lookUp = async (name: string) => {
    try {
      return await dns.lookup(name, { all: true });
    } catch (error) {
      log.debug('no such name', { name, error: messageOf(error) });
      return [];
    }
  };
  try {
    const lookups = names.map(lookUp);
    for (const lookup of lookups) {
      const found = await Promise.race([lookup, none]);
      if (signal.aborted) return;
      for (const { address } of found.slice(0, mostAddresses)) yield { host: address, port: defaultPort };
    }
  } finally {
    late.abort();
  }
};
