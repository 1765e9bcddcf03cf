/** The networks that this machine stands in, and the domains that its names are searched in. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

export type OwnAddress = { address: string; name: string; netmask: string };

export function ownAddresses(family: 'IPv4' | 'IPv6'): OwnAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter((one) => one.family === family && !one.internal)
      .map(({ address, netmask }) => ({ address, netmask, name })),
  );
}

/** The last address of a network, which all of its machines hear. */
export function broadcastOf({ address, netmask }: Pick<OwnAddress, 'address' | 'netmask'>): string {
  const mask = netmask.split('.').map(Number);
  return address
    .split('.')
    .map((part, at) => (Number(part) & (mask[at] ?? 255)) | (~(mask[at] ?? 255) & 255))
    .join('.');
}

/** Only networks that are nobody else's: 10/8, 172.16/12, 192.168/16. */
export function isPrivate(address: string): boolean {
  const [a = 0, b = 0] = address.split('.').map(Number);
  return a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168);
}

const domain = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/i;
const mostDomains = 6;

/** `search` and `domain` of resolv.conf; the last line of either counts. `.local` belongs to mDNS. */
export function searchDomains(text: string): string[] {
  let found: string[] = [];
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === 'search') found = rest;
    else if (word === 'domain') found = rest.slice(0, 1);
  }
  const bare = found.map((one) => one.replace(/\.$/, '').toLowerCase());
  const good = bare.filter((one) => domain.test(one) && one !== 'local' && !one.endsWith('.local'));
  return [...new Set(good)].slice(0, mostDomains);
}

/** None where the system keeps its resolver elsewhere. */
export function ownSearchDomains(file = '/etc/resolv.conf'): string[] {
  try {
    return searchDomains(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}
