/** Where probes may go: one address of a name, in the networks of this machine unless an admin said otherwise, never back into it. */
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isNowhere, isWithin } from '../../appliance/protocol/probes/networks.ts';
import { isOwnPlace } from '../../appliance/protocol/probes/target.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import { Lookups } from './lookups.ts';
import { type OwnPlaces, ownPlaces } from './own-places.ts';
import { Fault, faultOf } from './probe.ts';

/** Told when it waits for its turn, and when it does not any more: until then nothing was asked. */
export type Waits = (isWaiting: boolean) => void;

export type Reach = {
  /** All addresses of a name, or of a place that this machine has its own of. */
  resolve(name: string, signal: AbortSignal, waits?: Waits): Promise<readonly string[]>;
  /** `beyond`: an admin has listed this target. */
  allowed(address: string, beyond: boolean): boolean;
};

export async function addressOf(
  host: string,
  { beyond, reach, signal, waits }: { beyond: boolean; reach: Reach; signal: AbortSignal; waits?: Waits },
): Promise<string> {
  const addresses = isIP(host) === 0 ? await resolved(host, { reach, signal, waits }) : [host];
  // Only a place of this machine's own has a zone: it stands on one of its interfaces.
  const address = addresses.find((one) =>
    reach.allowed(isOwnPlace(host) ? one.replace(/%.*/, '') : one, beyond),
  );
  if (address !== undefined) return address;
  throw new Fault(
    'NOT_ALLOWED',
    `${host} is ${addresses.join(', ')}, where probes of this machine may not go`,
  );
}

async function resolved(
  host: string,
  { reach, signal, waits }: { reach: Reach; signal: AbortSignal; waits: Waits | undefined },
): Promise<readonly string[]> {
  const addresses = await reach.resolve(host, signal, waits).catch((error: unknown) => {
    // Whoever could not even ask knows nothing of the name.
    const fault = faultOf(error);
    throw error === fault || fault.code === 'SPENT' ? fault : new Fault('NAME', messageOf(error));
  });
  if (addresses.length === 0) throw new Fault('NAME', `${host} has no address`);
  return addresses;
}

/** `own` are the networks that this machine stands in, as `192.0.2.1/24`. */
export function isAllowed(address: string, beyond: boolean, own: readonly string[]): boolean {
  return !isNowhere(address) && (beyond || isWithin(address, own));
}

function ownNetworks(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ internal, cidr }) => (internal || cidr === null ? [] : [cidr])),
  );
}

/** The system has four threads for these and for files: names that nobody answers to may hold half of them. */
const lookupsAtOnce = 2;

export function reachOf(places: OwnPlaces): Reach {
  const lookups = new Lookups(lookupsAtOnce);
  return {
    resolve: async (name, signal, waits) =>
      isOwnPlace(name) ? [await places[name]()] : await resolveHere(name, { signal, lookups, waits }),
    // To ask for the interfaces costs more than a whole look.
    allowed: (address, beyond) =>
      isAllowed(address, beyond, []) || (!beyond && isAllowed(address, false, ownNetworks())),
  };
}

export const here: Reach = reachOf(ownPlaces());

/** DNS without the thread pool, where four slow names would hold up everything; what DNS does not know, the system may. */
async function resolveHere(
  name: string,
  { signal, lookups, waits }: { signal: AbortSignal; lookups: Lookups; waits: Waits | undefined },
): Promise<readonly string[]> {
  const { promises: dns } = await import('node:dns');
  if (name.includes('.') && !/\.local\.?$/.test(name)) {
    const resolver = new dns.Resolver({ timeout: 2_000, tries: 2 });
    const stop = () => resolver.cancel();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
      const addresses = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
      if (addresses.length > 0 || signal.aborted) return addresses;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
  const ask = () => dns.lookup(name, { all: true });
  return (await lookups.run(ask, signal, waits)).map(({ address }) => address);
}
