/** The address that a person typed. */
import { isIPv6 } from 'node:net';
import { Failure } from '../../appliance/runtime/errors.ts';
import type { Candidate, Rung } from './rung.ts';

/** Where a door is when nobody says otherwise. */
export const defaultPort = 7411;

/** "box.local", "192.168.1.20:7411", "fe80::1%eth0" or "[2001:db8::1]:7411". */
export function parseAddress(text: string): Candidate {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text);
  const plain = /^([^:\s]+)(?::(\d{1,5}))?$/.exec(text);
  const [, host = isIPv6(text) ? text : '', port] = bracketed ?? plain ?? [];
  const number = port === undefined ? defaultPort : Number(port);
  if (host === '' || (bracketed !== null && !isIPv6(host)) || number < 1 || number > 65_535) {
    const advice = 'write it as "host", "host:port" or "[ipv6]:port"';
    throw new Failure('CONFIG_INVALID', `"${text}" is no address of a box; ${advice}`, { path: 'box' });
  }
  return { host, port: number };
}

export const typed: Rung = async function* ({ box }) {
  if (box !== '') yield parseAddress(box);
};
