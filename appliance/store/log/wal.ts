/** The form of a write-ahead segment: a header, then groups of append bodies, each synced before the next is begun. */
import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';

export const segmentHeader = Buffer.from('NMWAL\0\0\x01', 'latin1');
const groupMark = Buffer.from('NMGR', 'latin1');
export const groupHead = 12;
const suffix = '.wal';

export function segmentName(number: number): string {
  return `${String(number).padStart(10, '0')}${suffix}`;
}

export function segmentNumber(name: string): number | null {
  return /^\d{10}\.wal$/.test(name) ? Number(name.slice(0, -suffix.length)) : null;
}

/** One group: its head and its payload, to be written together. */
export function encodeGroup(bodies: readonly Uint8Array[]): Buffer[] {
  const parts: Buffer[] = [];
  const length = new ByteWriter(8);
  let bytes = 0;
  for (const body of bodies) {
    length.clear();
    length.varint(body.length);
    const part = Buffer.concat([length.view(), body]);
    bytes += part.length;
    parts.push(part);
  }
  const head = Buffer.allocUnsafe(groupHead);
  groupMark.copy(head);
  head.writeUInt32BE(bytes, 4);
  head.writeUInt32BE(
    parts.reduce((sum, part) => crc32(part, sum), crc32(head.subarray(0, 8))),
    8,
  );
  return [head, ...parts];
}

export type Scan = {
  groups: Uint8Array[];
  /** Where each of them begins. */
  starts: number[];
  /** Up to here everything is whole; behind it an unfinished group may stand. */
  end: number;
  /** Bytes of a group that was not written to its end: nobody was told that it is on disk. */
  tornBytes: number;
  /** Bytes that were whole once: something was lost. */
  damagedBytes: number;
};

/** Reads what can be read; a damaged group costs itself only. */
export function scanSegment(bytes: Buffer): Scan {
  const scan: Scan = { groups: [], starts: [], end: segmentHeader.length, tornBytes: 0, damagedBytes: 0 };
  // Groups come after the sync of the header: a header of zeros has kept its length only, and nothing was behind it.
  const isBegun = bytes.length > segmentHeader.length || bytes.some((byte) => byte !== 0);
  if (bytes.length < segmentHeader.length || !isBegun) return { ...scan, end: 0, tornBytes: bytes.length };
  if (!bytes.subarray(0, segmentHeader.length).equals(segmentHeader))
    scan.damagedBytes = segmentHeader.length;
  while (scan.end < bytes.length) {
    const next = groupFrom(bytes, scan.end);
    if (next === null) {
      const rest = bytes.length - scan.end;
      if (reachesBehind(bytes, scan.end)) scan.tornBytes = rest;
      else scan.damagedBytes += rest;
      break;
    }
    scan.damagedBytes += next.start - scan.end;
    scan.groups.push(next.payload);
    scan.starts.push(next.start);
    scan.end = next.end;
  }
  return scan;
}

export function bodiesOf(group: Uint8Array): Uint8Array[] {
  const input = new ByteReader(group);
  const bodies: Uint8Array[] = [];
  while (input.remaining > 0) bodies.push(input.bytes(input.varint()));
  return bodies;
}

/** The first whole group at this offset or behind it. */
function groupFrom(bytes: Buffer, offset: number): { start: number; end: number; payload: Buffer } | null {
  for (
    let start = bytes.indexOf(groupMark, offset);
    start >= 0;
    start = bytes.indexOf(groupMark, start + 1)
  ) {
    if (start + groupHead > bytes.length) return null;
    const end = start + groupHead + bytes.readUInt32BE(start + 4);
    if (end > bytes.length) continue;
    const payload = bytes.subarray(start + groupHead, end);
    const sum = crc32(payload, crc32(bytes.subarray(start, start + 8)));
    if (sum === bytes.readUInt32BE(start + 8)) return { start, end, payload };
  }
  return null;
}

/** A cut leaves the beginning of a group, or zeros where the file's size was written and its data was not. */
function reachesBehind(bytes: Buffer, start: number): boolean {
  const rest = bytes.subarray(start);
  if (rest.every((byte) => byte === 0)) return true;
  const mark = rest.subarray(0, groupMark.length);
  if (!groupMark.subarray(0, mark.length).equals(mark)) return false;
  return rest.length < groupHead || start + groupHead + rest.readUInt32BE(4) > bytes.length;
}
