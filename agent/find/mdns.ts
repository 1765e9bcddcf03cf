/**
 * Multicast DNS: asks on every interface for `_netmonitor._tcp`. The library is loaded when this rung is reached and all
 * its sockets are closed when the rung is left; a machine that knows its box never pays for it.
 */
import { isIP } from 'node:net';
import type { Browser, Service } from 'bonjour-service';
import { messageOf } from '../../appliance/runtime/errors.ts';
import { ownAddresses } from './networks.ts';
import { CandidateQueue } from './queue.ts';
import type { Candidate, FindOptions, Rung } from './rung.ts';

/** Moments of the queries after the first one: a lost packet must not cost a whole round. */
const ASK_AGAIN_MS = [1_000, 2_500];
const GIVE_UP_MS = 4_000;

type Asking = { browser: Browser; close(): void };

export const mdns: Rung = async function* (options, signal) {
  if (!options.discover) return;
  const found = new CandidateQueue();
  const asking = await askEverywhere(options, found);
  const timers = [
    ...ASK_AGAIN_MS.map((atMs) => options.clock.after(atMs, () => asking.forEach(askAgain))),
    options.clock.after(GIVE_UP_MS, () => found.end()),
  ];
  if (asking.length === 0) found.end();
  try {
    yield* found.until(signal);
  } finally {
    for (const timer of timers) timer.stop();
    for (const one of asking) one.close();
  }
};

function askAgain({ browser }: Asking): void {
  browser.expire();
  browser.update();
}

/** One instance per address: an instance sends on one interface only, whichever the system prefers. */
async function askEverywhere(options: FindOptions, found: CandidateQueue): Promise<Asking[]> {
  const addresses = ownAddresses('IPv4');
  if (addresses.length === 0) return [];
  // By its default export: a bundle has no other of a CommonJS module that it loads late.
  const { Bonjour } = (await import('bonjour-service')).default;
  const asking: Asking[] = [];
  for (const { address, name } of addresses) {
    try {
      asking.push(ask(Bonjour, address, name, options, found));
    } catch (error) {
      options.log.debug('mDNS not possible', { interface: name, error: messageOf(error) });
    }
  }
  return asking;
}

function ask(
  Bonjour: typeof import('bonjour-service').Bonjour,
  address: string,
  name: string,
  { log }: FindOptions,
  found: CandidateQueue,
): Asking {
  const failed = (error: unknown) => log.debug('mDNS failed', { interface: name, error: messageOf(error) });
  // The library's types know neither option; both go on to multicast-dns. Without `bind` it would hear no multicast.
  const where = { interface: address, bind: '0.0.0.0' } as ConstructorParameters<typeof Bonjour>[0];
  const bonjour = new Bonjour(where, failed);
  // Without a listener the error of a socket would end the process, and the library sets none.
  // biome-ignore lint/complexity/useLiteralKeys: the brackets reach a member that its types call private
  bonjour['server'].mdns.on('error', failed);
  const take = (service: Service) => found.add(candidatesOf(service, name), service.referer?.address);
  const browser = bonjour.find({ type: 'netmonitor', protocol: 'tcp' }, take);
  browser.on('srv-update', take);
  browser.on('txt-update', take);
  return {
    browser,
    close() {
      browser.stop();
      bonjour.destroy();
    },
  };
}

/** The sender's address first, since its packet came through; then everything it says it has. */
export function candidatesOf(service: Service, interfaceName: string): Candidate[] {
  const { port } = service;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return [];
  const claimed: unknown = (service.txt as Record<string, unknown> | undefined)?.id;
  const announcedHash = typeof claimed === 'string' && /^[0-9a-f]{64}$/.test(claimed) ? claimed : undefined;
  const addresses = [service.referer?.address, ...(service.addresses ?? [])];
  const hosts = new Set<string>();
  for (const address of addresses) {
    if (address === undefined || isIP(address) === 0) continue;
    // A link-local address means something only together with the interface it was heard on.
    hosts.add(/^fe80:/i.test(address) ? `${address}%${interfaceName}` : address);
  }
  return [...hosts].map((host) => (announcedHash ? { host, port, announcedHash } : { host, port }));
}
