/**
 * The name that a network may give its box: `netmonitor`, in the search domains and alone. Linux's resolver is asked here, not
 * by getaddrinfo: that one holds a thread for each question until its server answers or has been silent for long, and even
 * the end of the process waits for it. What it would have found in the hosts file is looked up there.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { messageOf } from '../../appliance/runtime/errors.ts';
import { ownSearchDomains } from './networks.ts';
import type { FindOptions, Rung } from './rung.ts';
import { defaultPort } from './typed.ts';

const names = ['netmonitor', 'netmonitor.local'] as const;
const mostAddresses = 4;
const queryMs = 1_000;
/** Elsewhere the resolver cannot be called off; whoever is slower than this has no name for us. */
const lookupMs = 2_000;

type Look = { find(name: string): Promise<string[]>; stop(): void };

export const wellKnown: Rung = async function* (options, signal) {
  if (!options.discover) return;
  const system = process.platform === 'linux' ? await ownResolver(options) : await systemResolver(options);
  const stop = () => system.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const finding = names.map(async (name) => {
      try {
        return await system.find(name);
      } catch (error) {
        options.log.debug('no such name', { name, error: messageOf(error) });
        return [];
      }
    });
    for (const one of finding) {
      const found = await one;
      if (signal.aborted) return;
      for (const host of found.slice(0, mostAddresses)) yield { host, port: defaultPort };
    }
  } finally {
    signal.removeEventListener('abort', stop);
    system.stop();
  }
};

async function ownResolver({ domains }: FindOptions): Promise<Look> {
  const { promises: dns } = await import('node:dns');
  const resolver = new dns.Resolver({ timeout: queryMs, tries: 2 });
  const ask = async (name: string) => {
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason;
    return [v4, v6].flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  };
  return {
    async find(name) {
      const known = addressesIn(hosts(), name);
      if (known.length > 0) return known;
      const within = name.includes('.') ? [] : (domains ?? ownSearchDomains)();
      const asked = [...within.map((domain) => `${name}.${domain}`), name];
      // The first that has one counts, as the search list says; the last is told of when none has.
      const answers = await Promise.allSettled(asked.map(ask));
      const found = answers.find((answer) => answer.status === 'fulfilled' && answer.value.length > 0);
      if (found?.status === 'fulfilled') return found.value;
      const last = answers.at(-1);
      if (last?.status === 'rejected') throw last.reason;
      return [];
    },
    stop: () => resolver.cancel(),
  };
}

async function systemResolver({ clock }: FindOptions): Promise<Look> {
  const { promises: dns } = await import('node:dns');
  const over = new AbortController();
  return {
    async find(name) {
      const late = clock.sleep(lookupMs, over.signal).then(
        () => [],
        () => [], // Called off: nobody waits any more.
      );
      const found = await Promise.race([dns.lookup(name, { all: true }), late]);
      return found.map(({ address }) => address);
    },
    stop: () => over.abort(),
  };
}

/** hosts(5): an address, then its names; behind a # stands whatever somebody wanted to say. */
export function addressesIn(hostsFile: string, name: string): string[] {
  const found: string[] = [];
  for (const line of hostsFile.split('\n')) {
    const [address = '', ...called] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) !== 0 && called.some((one) => one.toLowerCase() === name)) found.push(address);
  }
  return found;
}

function hosts(): string {
  try {
    return readFileSync('/etc/hosts', 'utf8');
  } catch {
    return ''; // A machine without the file names nobody there.
  }
}
