/**
 * The form of a write-ahead segment: a header, then groups of append bodies, each synced before the next is begun. The
 * files are used again, so that a sync has no metadata to write: what is of an earlier use has another number in it.
 */
import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';

/** A group begins on a page of its own: what was synced is never written over. */
export const pageBytes = 4096;
const headerMark = Buffer.from('NMWAL\0\0\x02', 'latin1');
const headerBytes = 23;
/** Behind the sum: to give a segment up, one byte is written, which is never torn. */
export const stateAt = 22;
const groupMark = Buffer.from('NMGR', 'latin1');
export const groupHead = 22;
const suffix = '.wal';
const states = { used: 0x55, free: 0xaa } as const;
export const freeState = Buffer.of(states.free);

export function segmentName(number: number): string {
  return `${String(number).padStart(10, '0')}${suffix}`;
}

export function segmentNumber(name: string): number | null {
  return /^\d{10}\.wal$/.test(name) ? Number(name.slice(0, -suffix.length)) : null;
}

/** The next page at this offset or behind it. */
export function pageFrom(offset: number): number {
  return Math.ceil(offset / pageBytes) * pageBytes;
}

/** `size`: of the file when it was made; it may have grown since. */
export type SegmentHeader = { number: number; isFree: boolean; size: number };

export function encodeHeader({ number, size }: { number: number; size: number }): Buffer {
  const header = Buffer.alloc(headerBytes);
  headerMark.copy(header);
  header.writeUIntBE(number, 8, 6);
  header.writeUInt32BE(size, 14);
  header.writeUInt32BE(crc32(header.subarray(0, 18)), 18);
  header[stateAt] = states.used;
  return header;
}

/** Null when it cannot be read. */
export function readSegmentHeader(bytes: Buffer): SegmentHeader | null {
  if (bytes.length < headerBytes || !bytes.subarray(0, headerMark.length).equals(headerMark)) return null;
  if (crc32(bytes.subarray(0, 18)) !== bytes.readUInt32BE(18)) return null;
  const isFree = bytes[stateAt] === states.free;
  return { number: bytes.readUIntBE(8, 6), isFree, size: bytes.readUInt32BE(14) };
}

/** Which group of which segment. */
export type GroupPlace = { segment: number; index: number };

/** One group: its head and its payload, to be written together. */
export function encodeGroup({ segment, index }: GroupPlace, bodies: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [Buffer.allocUnsafe(groupHead)];
  const length = new ByteWriter(8);
  for (const body of bodies) {
    length.clear();
    length.varint(body.length);
    parts.push(length.copy(), body);
  }
  const group = Buffer.concat(parts);
  groupMark.copy(group);
  group.writeUIntBE(segment, 4, 6);
  group.writeUInt32BE(index, 10);
  group.writeUInt32BE(group.length - groupHead, 14);
  group.writeUInt32BE(sumOf(group), 18);
  return group;
}

/** Of the head without the sum itself, and of the payload. */
function sumOf(group: Buffer): number {
  return crc32(group.subarray(groupHead), crc32(group.subarray(0, 18)));
}

export type Scan = {
  groups: Uint8Array[];
  /** Where each of them begins. */
  starts: number[];
  /** Where the next group would begin. */
  end: number;
  /** Bytes of a group that was not written to its end: nobody was told that it is on disk. */
  tornBytes: number;
  /** Bytes that were whole once: something was lost. */
  damagedBytes: number;
};

/** Reads what can be read; a damaged group costs itself only. */
export function scanSegment(bytes: Buffer, segment: number): Scan {
  const scan: Scan = { groups: [], starts: [], end: pageBytes, tornBytes: 0, damagedBytes: 0 };
  const header = readSegmentHeader(bytes);
  // It was whole before the file got its name.
  if (header === null) scan.damagedBytes += headerBytes;
  else scan.damagedBytes += Math.max(0, header.size - bytes.length);
  for (let index = 0; ; ) {
    const next = groupFrom(bytes, scan.end, { segment, index });
    if (next === null) break;
    if (next.index > index) scan.damagedBytes += Math.max(1, next.start - scan.end);
    scan.groups.push(next.payload);
    scan.starts.push(next.start);
    scan.end = pageFrom(next.start + groupHead + next.payload.length);
    index = next.index + 1;
  }
  const rest = bytes.subarray(scan.end);
  if (isHeadOf(rest, segment)) scan.tornBytes = Math.min(rest.length, groupHead + rest.readUInt32BE(14));
  return scan;
}

export function bodiesOf(group: Uint8Array): Uint8Array[] {
  const input = new ByteReader(group);
  const bodies: Uint8Array[] = [];
  while (input.remaining > 0) bodies.push(input.bytes(input.varint()));
  return bodies;
}

type FoundGroup = { start: number; index: number; payload: Buffer };

/** The first whole group of this segment on this page or behind it, whose index is at least this one. */
function groupFrom(bytes: Buffer, from: number, { segment, index }: GroupPlace): FoundGroup | null {
  for (let start = from; start + groupHead <= bytes.length; start += pageBytes) {
    const rest = bytes.subarray(start);
    if (!isHeadOf(rest, segment) || rest.readUInt32BE(10) < index) continue;
    const end = groupHead + rest.readUInt32BE(14);
    if (end > rest.length || sumOf(rest.subarray(0, end)) !== rest.readUInt32BE(18)) continue;
    return { start, index: rest.readUInt32BE(10), payload: rest.subarray(groupHead, end) };
  }
  return null;
}

function isHeadOf(rest: Buffer, segment: number): boolean {
  if (rest.length < groupHead || !rest.subarray(0, groupMark.length).equals(groupMark)) return false;
  return rest.readUIntBE(4, 6) === segment;
}
