/** DNS service discovery in the search domains: whoever runs the network may name the box there, for all of its parts. */
import { messageOf } from '../../appliance/runtime/errors.ts';
import { ownSearchDomains } from './networks.ts';
import type { Candidate, FindOptions, Rung } from './rung.ts';

const service = '_netmonitor._tcp';
const mostInstances = 8;
const mostAddresses = 4;
const queryMs = 1_000;

type Resolver = import('node:dns').promises.Resolver;

export const dnsSd: Rung = async function* (options, signal) {
  if (!options.discover) return;
  const domains = (options.domains ?? ownSearchDomains)();
  if (domains.length === 0) return;
  const { promises: dns } = await import('node:dns');
  const resolver = new dns.Resolver({ timeout: queryMs, tries: 2 });
  const stop = () => resolver.cancel();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (const domain of domains) {
      for (const instance of await instancesIn(resolver, domain, options)) {
        if (signal.aborted) return;
        yield* await candidatesOf(resolver, instance, options);
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

async function instancesIn(resolver: Resolver, domain: string, { log }: FindOptions): Promise<string[]> {
  try {
    return (await resolver.resolvePtr(`${service}.${domain}`)).slice(0, mostInstances);
  } catch (error) {
    log.debug('no box is named in this domain', { domain, error: messageOf(error) });
    return [];
  }
}

async function candidatesOf(
  resolver: Resolver,
  instance: string,
  { log }: FindOptions,
): Promise<Candidate[]> {
  try {
    const [places, texts] = await Promise.all([
      resolver.resolveSrv(instance),
      resolver.resolveTxt(instance).catch(() => []), // The key is a convenience; without it the connection shows it.
    ]);
    const announcedHash = keyIn(texts.flat());
    const [first] = places.toSorted((a, b) => a.priority - b.priority);
    if (first === undefined || first.port === 0) return [];
    const [v4, v6] = await Promise.all([
      resolver.resolve4(first.name).catch(() => []), // Many a host has addresses of one kind only.
      resolver.resolve6(first.name).catch(() => []),
    ]);
    const hosts = [...v4, ...v6].slice(0, mostAddresses);
    return hosts.map((host) => ({ host, port: first.port, ...(announcedHash ? { announcedHash } : {}) }));
  } catch (error) {
    log.debug('a box that DNS names has no address', { instance, error: messageOf(error) });
    return [];
  }
}

function keyIn(texts: readonly string[]): string | undefined {
  return texts.map((text) => /^id=([0-9a-f]{64})$/.exec(text)?.[1]).find((id) => id !== undefined);
}
