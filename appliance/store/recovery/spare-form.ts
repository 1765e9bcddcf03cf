/** The form of the copy beside the database: a header, then frames, one for each write that the database has taken. */
import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import { Malformed } from '../../protocol/malformed.ts';

export const spareHeader = Buffer.from('NMSPARE\x01', 'latin1');
const frameMark = Buffer.from('NMSF', 'latin1');
const frameHead = 12;
const flags = { anew: 1, more: 2 };

/** What is written once and is large has its checksum and its length of time here, everything else its value. */
export type SpareChange =
  | { kind: 'del'; key: Buffer }
  | { kind: 'value'; key: Buffer; value: Buffer }
  | { kind: 'sum'; key: Buffer; crc: number; spanMs: number };

export type Frame = {
  /** The number of the write, as the database has it too. */
  seq: number;
  /** Everything before this frame is forgotten. */
  anew: boolean;
  /** The next frame belongs to the same beginning. */
  more: boolean;
  changes: SpareChange[];
};

const kinds = ['del', 'value', 'sum'] as const;

export function encodeFrame({ seq, anew, more, changes }: Frame): Buffer {
  const out = new ByteWriter(1024);
  out.bytes(frameMark);
  out.u32(0);
  out.u32(0);
  out.varint(seq);
  out.byte((anew ? flags.anew : 0) | (more ? flags.more : 0));
  for (const change of changes) {
    out.byte(kinds.indexOf(change.kind));
    out.varint(change.key.length);
    out.bytes(change.key);
    if (change.kind === 'value') {
      out.varint(change.value.length);
      out.bytes(change.value);
    } else if (change.kind === 'sum') {
      out.u32(change.crc);
      out.varint(change.spanMs);
    }
  }
  const bytes = Buffer.from(out.copy());
  bytes.writeUInt32BE(bytes.length - frameHead, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(frameHead), crc32(bytes.subarray(0, 8))), 8);
  return bytes;
}

export type SpareScan = {
  frames: Frame[];
  /** Behind the last whole frame. */
  end: number;
  /** Something that was whole once cannot be read, with whole frames behind it. */
  isBroken: boolean;
};

/** A frame that cannot be read at the end was not answered for, or the database knows that it is missing. */
export function readFrames(bytes: Buffer): SpareScan {
  const scan: SpareScan = { frames: [], end: spareHeader.length, isBroken: false };
  if (!bytes.subarray(0, spareHeader.length).equals(spareHeader)) scan.isBroken = true;
  for (;;) {
    const found = nextFrame(bytes, scan.end);
    if (found === null) return scan;
    if (found.start > scan.end) scan.isBroken = true;
    scan.frames.push(found.frame);
    scan.end = found.end;
  }
}

function nextFrame(bytes: Buffer, offset: number): { start: number; end: number; frame: Frame } | null {
  for (
    let start = bytes.indexOf(frameMark, offset);
    start >= 0;
    start = bytes.indexOf(frameMark, start + 1)
  ) {
    if (start + frameHead > bytes.length) return null;
    const end = start + frameHead + bytes.readUInt32BE(start + 4);
    if (end > bytes.length) continue;
    const payload = bytes.subarray(start + frameHead, end);
    if (crc32(payload, crc32(bytes.subarray(start, start + 8))) !== bytes.readUInt32BE(start + 8)) continue;
    const frame = decodePayload(payload);
    if (frame !== null) return { start, end, frame };
  }
  return null;
}

/** Null for what nobody wrote, although its checksum holds. */
function decodePayload(payload: Buffer): Frame | null {
  const input = new ByteReader(payload);
  const changes: SpareChange[] = [];
  try {
    const seq = input.varint();
    const set = input.byte();
    while (input.remaining > 0) {
      const kind = kinds[input.byte()];
      const key = Buffer.from(input.bytes(input.varint()));
      if (kind === 'value') changes.push({ kind, key, value: Buffer.from(input.bytes(input.varint())) });
      else if (kind === 'sum') changes.push({ kind, key, crc: input.u32(), spanMs: input.varint() });
      else if (kind === 'del') changes.push({ kind, key });
      else return null;
    }
    return { seq, anew: (set & flags.anew) !== 0, more: (set & flags.more) !== 0, changes };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return null;
  }
}
