/** Where the page is, what its key looks like, and the first-sign-in code: what the box's own screens show. */
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { Timer } from '../runtime/clock.ts';
import type { PageCertificate } from './certificate.ts';
import type { WebAddress } from './client/types.ts';

export type Address = {
  now(): WebAddress;
  /** The name of the box, as the agents' door announces it; the machine's own name until that is known. */
  boxName(): string;
  announced(name: string): void;
  listening(port: number): void;
  /** Something of it is different: tells the listeners. */
  changed(): void;
  onChange(listener: (address: WebAddress) => void): Timer;
};

export function createAddress(o: {
  listen: string;
  certificate: () => Fingerprints;
  code: () => string | null;
  recovery: () => string | null;
  interfaces?: typeof networkInterfaces;
}): Address {
  const listeners = new Set<(address: WebAddress) => void>();
  let name: string | null = null;
  let port = 443;

  const now = (): WebAddress => ({
    urls: hostsOf(o.listen, name, o.interfaces ?? networkInterfaces).map(
      (host) => `https://${host}${port === 443 ? '' : `:${port}`}`,
    ),
    ...certificateOf(o.certificate()),
    code: o.code(),
    recovery: o.recovery(),
  });
  const changed = () => {
    const address = now();
    for (const listener of listeners) listener(address);
  };
  return {
    now,
    boxName: () => name ?? hostname(),
    announced(next) {
      if (next === name) return;
      name = next;
      changed();
    },
    listening(next) {
      port = next;
      changed();
    },
    changed,
    onChange(listener) {
      listeners.add(listener);
      return { stop: () => void listeners.delete(listener) };
    },
  };
}

type Fingerprints = Pick<PageCertificate, 'fingerprint' | 'certificateFingerprint'>;

/** Never the key that stands beside them. */
const certificateOf = ({ fingerprint, certificateFingerprint }: Fingerprints): Fingerprints => ({
  fingerprint,
  certificateFingerprint,
});

/** Best first: addresses work everywhere, names where mDNS works; the loopback only here. */
function hostsOf(listen: string, name: string | null, interfaces: typeof networkInterfaces): string[] {
  const bracket = (address: string) => (isIP(address) === 6 ? `[${address}]` : address);
  const everywhere = listen === '::' || listen === '0.0.0.0' || listen === '';
  if (listen === '127.0.0.1' || listen === '::1' || listen === 'localhost') return ['localhost'];
  if (!everywhere) return [bracket(listen), 'localhost'];
  const own = Object.values(interfaces())
    .flatMap((list) => list ?? [])
    .filter(
      ({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'),
    )
    .map(({ address }) => address);
  return [...own, ...(name === null ? [] : [`${name}.local`]), 'localhost'];
}
