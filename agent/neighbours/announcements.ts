/** What devices shout into their network about themselves: multicast DNS and SSDP. */
import { plainLine } from '../../appliance/runtime/plain-text.ts';
import { readAnnouncement, recordTypes } from '../probes/dns-wire.ts';

export type Announcement = { names: string[]; services: string[] };

const kindsOfServices = '_services._dns-sd._udp.local';
const serviceKind = /^(_[a-z0-9-]{1,30}\._(?:tcp|udp))\.local$/;
const local = /^([^.]{1,63})\.local$/;
/** Names of instances have dots and spaces: what stands before the kind of a service is not needed. */
const nested = /(?:^|\.)(_[a-z0-9-]{1,30}\._(?:tcp|udp))\.local$/;

/** Of a packet that came from `sender`: its own name, and what it serves. Throws a Fault when it cannot be read. */
export function readMulticastDns(bytes: Buffer, sender: string): Announcement {
  const names = new Set<string>();
  const services = new Set<string>();
  for (const { owner, type, text } of readAnnouncement(bytes)) {
    if ((type === recordTypes.A || type === recordTypes.AAAA) && text === sender) {
      const name = local.exec(owner)?.[1];
      if (name !== undefined) names.add(utf8(name));
    } else if (type === recordTypes.PTR) {
      const kind = serviceKind.exec(owner === kindsOfServices ? text : owner)?.[1];
      if (kind !== undefined) services.add(kind);
    } else if (type === recordTypes.SRV) {
      const kind = nested.exec(owner)?.[1];
      if (kind !== undefined) services.add(kind);
    }
  }
  return { names: [...names].filter((name) => name !== ''), services: [...services] };
}

/** Names of DNS are read a byte a character. */
function utf8(name: string): string {
  return plainLine(Buffer.from(name, 'latin1').toString('utf8'), 63);
}

const device = /^urn:[a-z0-9.-]{1,64}:device:([a-z0-9_-]{1,40}):\d{1,3}$/i;

/** `NOTIFY`, or the answer to a search; anything else says nothing. */
export function readSsdp(bytes: Buffer): Announcement {
  const [first = '', ...lines] = bytes.toString('latin1', 0, 4_096).split(/\r?\n/);
  const nothing = { names: [], services: [] };
  if (!/^NOTIFY \* HTTP\/1\.\d$/i.test(first) && !/^HTTP\/1\.\d 200( |$)/i.test(first)) return nothing;
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  if (fields.get('nts')?.toLowerCase() === 'ssdp:byebye') return nothing;
  const kind = device.exec(fields.get('nt') ?? fields.get('st') ?? '')?.[1];
  return kind === undefined ? nothing : { names: [], services: [`upnp:${kind}`] };
}
