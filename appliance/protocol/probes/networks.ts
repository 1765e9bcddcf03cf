/** Addresses that no probe may go to, and those that are of a private network wherever one stands. */
import { BlockList, isIP, isIPv4 } from 'node:net';

function listOf(...subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', bits] = subnet.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

/** This machine itself, nobody, everybody, and where clouds tell their secrets. */
const nowhere = listOf(
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.169.254/32', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/128', '::1/128', 'ff00::/8', 'fd00:ec2::254/128'],
);
const privates = listOf(
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
  ...['fc00::/7', 'fe80::/10'],
);

export function isNowhere(address: string): boolean {
  // ::ffff:127.0.0.1 is 127.0.0.1; the numbers of v4 inside of other v6 addresses lead nowhere else than these.
  return isIP(address) === 0 || address.includes('%') || nowhere.check(address, familyOf(address));
}

/** `own` are networks as `192.0.2.1/24`. */
export function isWithin(address: string, own: readonly string[]): boolean {
  return isPrivate(address) || isIn(address, own);
}

/** Of a network that is nobody else's. */
export function isPrivate(address: string): boolean {
  return privates.check(address, familyOf(address));
}

export function isIn(address: string, networks: readonly string[]): boolean {
  return listOf(...networks).check(address, familyOf(address));
}
