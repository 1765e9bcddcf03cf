/** Which hardware answers for which address, as the kernel knows it of those that this machine spoke with. */
import { isIP } from 'node:net';

/** `isHeard`: it has answered just now; otherwise the kernel remembers it, perhaps for days. */
export type Seat = { address: string; mac: string; isHeard: boolean };

const hardware = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
/** ATF_COM: the entry is complete. */
const COMPLETE = 2;

/** /proc/net/arp, which does not say when. */
export function readArp(text: string): Seat[] {
  return text.split('\n').flatMap((line) => {
    const [address = '', , flags = '0', mac = ''] = line.trim().split(/\s+/);
    return (Number(flags) & COMPLETE) === 0 ? [] : seatOf(address, mac, false);
  });
}

const answering = ['REACHABLE', 'DELAY', 'PROBE'];
const away = ['FAILED', 'INCOMPLETE', 'NOARP'];

/** What `ip -j neigh` prints. Of those that it found to be away nothing is told. */
export function readNeigh(text: string): Seat[] {
  const listed: unknown = JSON.parse(text);
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((one: unknown) => {
    const { dst, lladdr, state } = (one ?? {}) as Record<string, unknown>;
    if (typeof dst !== 'string' || typeof lladdr !== 'string') return [];
    const states: unknown[] = Array.isArray(state) ? state : [];
    if (away.some((one) => states.includes(one))) return [];
    return seatOf(
      dst,
      lladdr,
      answering.some((one) => states.includes(one)),
    );
  });
}

function seatOf(address: string, mac: string, isHeard: boolean): Seat[] {
  const lower = mac.toLowerCase();
  const isReal = hardware.test(lower) && lower !== '00:00:00:00:00:00' && (parseInt(lower, 16) & 1) === 0;
  return isReal && isIP(address) !== 0 ? [{ address: address.toLowerCase(), mac: lower, isHeard }] : [];
}
