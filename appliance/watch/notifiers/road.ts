/**
 * The way to a server that somebody named: the name is resolved once, what it leads to is judged, and exactly these addresses are
 * gone to. Not to the box itself, whose doors trust what comes from inside, nor to where clouds tell their secrets.
 */
import { BlockList, connect, isIP, isIPv4, type LookupFunction, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isNowhere } from '../../protocol/probes/networks.ts';
import { Failure, messageOf, systemCodeOf } from '../../runtime/errors.ts';
import type { WatchText } from '../client/types.ts';
import { Undelivered } from './notifier.ts';

type Judge = { isElsewhere(address: string): boolean };
type Road = { reach: Judge; timeoutMs: number; signal: AbortSignal };

/** `servesHere`: somebody runs a server for messages on this machine, and said so. */
export function isElsewhere(address: string, servesHere = false): boolean {
  return isOwn(address) ? servesHere : !isNowhere(address);
}

/** 192.0.2.7, and ::ffff:192.0.2.7 also. */
function isOwn(address: string): boolean {
  if (isIP(address) === 0) return false;
  const own = new BlockList();
  own.addSubnet('127.0.0.0', 8, 'ipv4');
  own.addAddress('::1', 'ipv6');
  for (const all of Object.values(networkInterfaces()))
    for (const one of all ?? []) own.addAddress(one.address, one.family === 'IPv4' ? 'ipv4' : 'ipv6');
  return own.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** Of a name or an address, in brackets or not; throws when none is left that may be gone to. */
export async function addressesOf(host: string, { reach, timeoutMs, signal }: Road): Promise<string[]> {
  const name = bare(host);
  const found =
    isIP(name) === 0
      ? await resolved(name, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
      : [name];
  const good = found.filter((address) => reach.isElsewhere(address));
  if (good.length === 0) throw refusedPlace(name, found[0] ?? name);
  return good;
}

/** Of an address that is said as it is, before anything is sent; names are asked when something is. */
export function assertElsewhere(host: string, path: string, reach: Judge): void {
  const address = bare(host);
  if (isIP(address) !== 0 && !reach.isElsewhere(address)) throw refusedPlace(address, address, path);
}

/** Without the brackets that addresses of six wear in URLs. */
const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

function refusedPlace(name: string, address: string, path = 'host'): Failure {
  const isName = name !== address;
  return new Failure(
    'BAD_REQUEST',
    {
      en: `${isName ? `${name} leads to ${address}, which` : address} is this box itself or no place for a server: give the name or address of a server on your network (if one runs on this machine, set servers_here in the configuration of the watch)`,
      fr: `${isName ? `${name} mène à ${address}, qui` : address} est ce boîtier lui-même ou n’est pas la place d’un serveur : donnez le nom ou l’adresse d’un serveur de votre réseau (s’il y en a un sur cette machine, mettez servers_here dans la configuration de watch)`,
    },
    { path },
  );
}

/** For whoever resolves by himself: he gets what was judged. */
export function lookupOf(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }));
  return (_name, options, done) => {
    if (options.all === true) done(null, all);
    else done(null, all[0]?.address ?? '', all[0]?.family);
  };
}

export async function connectedTo(host: string, port: number, road: Road): Promise<Socket> {
  const addresses = await addressesOf(host, road);
  return opened(host, port, addresses, AbortSignal.any([road.signal, AbortSignal.timeout(road.timeoutMs)]));
}

export async function opened(
  host: string,
  port: number,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Socket> {
  const socket = connect({ host, port, lookup: lookupOf(addresses) });
  const stop = () => socket.destroy(new Undelivered(endOf(signal)));
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.on('error', reject);
      if (signal.aborted) stop();
    });
    return socket;
  } catch (error) {
    throw error instanceof Undelivered ? error : new Undelivered(reasonOf(error), { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
    socket.removeAllListeners('error');
  }
}

/** The system's resolver cannot be called off, only left alone. */
async function resolved(name: string, signal: AbortSignal): Promise<string[]> {
  const { lookup } = await import('node:dns/promises');
  const tooLate = new Promise<never>((_, reject) => {
    const stop = () => reject(new Undelivered(whereIs(name, endOf(signal))));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    const found = await Promise.race([lookup(name, { all: true }), tooLate]);
    return found.map(({ address }) => address);
  } catch (error) {
    if (error instanceof Undelivered) throw error;
    const why = systemCodeOf(error) ?? messageOf(error);
    const texts = { en: `${name} was not found: ${why}`, fr: `${name} est introuvable : ${why}` };
    throw new Undelivered(texts, { cause: error });
  }
}

export const late: WatchText = { en: 'no answer in time', fr: 'pas de réponse à temps' };

export function endOf({ reason }: AbortSignal): WatchText {
  const isLate = reason instanceof Error && reason.name === 'TimeoutError';
  return isLate ? late : { en: 'given up', fr: 'abandonné' };
}

const whereIs = (name: string, { en, fr }: WatchText): WatchText => ({
  en: `${en}: where is ${name}?`,
  fr: `${fr} : où est ${name} ?`,
});

/** Several addresses fail together: each in its own words. */
export function reasonOf(error: unknown): string | WatchText {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  if (cause instanceof Error && cause.name === 'TimeoutError') return late;
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(' · ');
  return message === '' ? (systemCodeOf(error) ?? error.name) : message;
}
