/** As much of DNS messages (RFC 1035) as one question and its answers take. */
import { Fault } from './probe.ts';

export const recordTypes: Readonly<Record<string, number>> = {
  ...{ A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33 },
};
const names = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
const mostJumps = 16;
/** Of all names in one message: pointers make some dozen bytes a long name, and a small packet the work of a large one. */
const mostLabels = { answer: 32_768, announcement: 1_024 };
const internet = 1;

export type DnsRecord = { owner: string; type: number; text: string };
type Message = { bytes: Buffer; labelsLeft: number };
export type DnsAnswer = { isTruncated: boolean; code: string; records: DnsRecord[] };

export function dnsQuestion(id: number, name: string, type: number): Buffer {
  const labels = name.replace(/\.$/, '').split('.');
  const head = Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const parts = labels.map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')]));
  return Buffer.concat([head, ...parts, Buffer.from([0, type >> 8, type & 255, 0, internet])]);
}

/** Throws a fault when it is no answer to this question. */
export function readDnsAnswer(bytes: Buffer, question: Buffer): DnsAnswer {
  return whole(() => read(bytes, question));
}

/** All records of an answer that nobody asked for, as in multicast DNS; none of a question. */
export function readAnnouncement(bytes: Buffer): DnsRecord[] {
  return whole(() => {
    if ((bytes.readUInt16BE(2) & 0x8000) === 0) return [];
    const message = { bytes, labelsLeft: mostLabels.announcement };
    let at = 12;
    for (let asked = bytes.readUInt16BE(4); asked > 0; asked--) at = nameAt(message, at).end + 4;
    const count = [6, 8, 10].reduce((sum, place) => sum + bytes.readUInt16BE(place), 0);
    return recordsAt(message, at, count);
  });
}

function whole<T>(reading: () => T): T {
  try {
    return reading();
  } catch (error) {
    if (error instanceof RangeError) throw new Fault('GARBLED', 'the answer ends within a record');
    throw error;
  }
}

function read(bytes: Buffer, question: Buffer): DnsAnswer {
  const flags = bytes.readUInt16BE(2);
  if (bytes.readUInt16BE(0) !== question.readUInt16BE(0) || (flags & 0x8000) === 0)
    throw new Fault('GARBLED', 'this is no answer to what was asked');
  const asked = bytes.readUInt16BE(4);
  const count = bytes.readUInt16BE(6);
  const code = names[flags & 15] ?? `code ${flags & 15}`;
  // Some that refuse leave the question away.
  if (asked === 1) {
    const repeated = bytes.subarray(12, question.length).toString('latin1').toLowerCase();
    if (repeated !== question.subarray(12).toString('latin1').toLowerCase())
      throw new Fault('GARBLED', 'it answers another question');
  } else if (asked !== 0 || count > 0) throw new Fault('GARBLED', `it repeats ${asked} questions`);
  const isTruncated = (flags & 0x0200) !== 0;
  const message = { bytes, labelsLeft: mostLabels.answer };
  const records = recordsAt(message, asked === 1 ? question.length : 12, isTruncated ? 0 : count);
  return { isTruncated, code, records };
}

function recordsAt(message: Message, start: number, count: number): DnsRecord[] {
  const { bytes } = message;
  const records: DnsRecord[] = [];
  let at = start;
  for (let nth = 0; nth < count; nth++) {
    const { name: owner, end } = nameAt(message, at);
    const type = bytes.readUInt16BE(end);
    const length = bytes.readUInt16BE(end + 8);
    at = end + 10;
    if (at + length > bytes.length) throw new RangeError('record');
    records.push({ owner, type, text: textOf(message, type, at, length) });
    at += length;
  }
  return records;
}

function nameAt(message: Message, start: number): { name: string; end: number } {
  const { bytes } = message;
  const labels: string[] = [];
  let at = start;
  let end: number | undefined;
  let jumps = 0;
  let length = 0;
  for (let size = bytes.readUInt8(at); size !== 0; size = bytes.readUInt8(at)) {
    if (size >= 0xc0) {
      end ??= at + 2;
      if (++jumps > mostJumps) throw new Fault('GARBLED', 'a name in the answer runs in circles');
      at = bytes.readUInt16BE(at) & 0x3fff;
      continue;
    }
    length += size + 1;
    if (--message.labelsLeft < 0) throw new Fault('TOO_LARGE', 'the names in the answer are too many');
    if (size > 63 || length > 255) throw new Fault('GARBLED', 'a name in the answer is too long');
    if (at + 1 + size > bytes.length) throw new RangeError('name');
    labels.push(bytes.toString('latin1', at + 1, at + 1 + size));
    at += 1 + size;
  }
  // Only letters of ASCII have a case in DNS; what is above may be half a letter.
  const name = labels.join('.').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return { name, end: end ?? at + 1 };
}

function textOf(message: Message, type: number, at: number, length: number): string {
  const { bytes } = message;
  const name = (from: number) => nameAt(message, from).name;
  switch (type) {
    case recordTypes.A:
      if (length !== 4) throw new Fault('GARBLED', `an address of ${length} bytes`);
      return [...bytes.subarray(at, at + 4)].join('.');
    case recordTypes.AAAA:
      if (length !== 16) throw new Fault('GARBLED', `an address of ${length} bytes`);
      return sixOf(bytes.subarray(at, at + 16));
    case recordTypes.MX:
      return `${bytes.readUInt16BE(at)} ${name(at + 2)}`;
    case recordTypes.SRV:
      return `${[0, 2, 4].map((by) => bytes.readUInt16BE(at + by)).join(' ')} ${name(at + 6)}`;
    case recordTypes.TXT:
      return texts(bytes.subarray(at, at + length)).join('');
    case recordTypes.NS:
    case recordTypes.CNAME:
    case recordTypes.SOA:
    case recordTypes.PTR:
      return name(at);
    default:
      return '';
  }
}

/** As people write it: `URL` shortens addresses the one right way. */
function sixOf(bytes: Buffer): string {
  const groups = bytes.toString('hex').match(/.{4}/g)!;
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function texts(bytes: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += 1 + bytes[at]!)
    found.push(bytes.toString('utf8', at + 1, at + 1 + bytes[at]!));
  return found;
}
