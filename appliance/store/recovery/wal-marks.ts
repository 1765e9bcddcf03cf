/**
 * Which groups of the write-ahead log were on disk, in a file of its own: a log that has lost its end, or a segment
 * that is gone, would not show it by itself. Written in place after each group and not synced, which costs the card
 * no more than a page for what the kernel has gathered; before a segment is deleted it is.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import { Malformed } from '../../protocol/malformed.ts';
import { systemCodeOf } from '../../runtime/errors.ts';
import { syncPath } from '../database/creation.ts';
import { files } from '../keys.ts';
import { pageBytes } from '../log/wal.ts';

export type Times = { fromMs: number; toMs: number };
export type GroupMark = { segment: number; start: number; times: Times };

/** A page, which is what a write of it costs. */
const slotBytes = 4096;
const slots = 2;
const slotMark = Buffer.from('NMMARKS\x02', 'latin1');
const slotHead = 16;
/** So many of the oldest make room at once. */
const mostTooMany = 8;
const origin = { segment: 0, fromMs: 0 };
/** Segment, page and two dates, at their longest. */
const groupBytes = 8 + 8 + 2 * 8;

export interface WalMarks {
  /** There were none: of a store that has been running before they are lost, most likely with the log. */
  readonly isNew: boolean;
  /** What earlier processes have marked, in order. */
  readonly found: readonly GroupMark[];
  /** Everything that was found is settled: only groups that are there are marked from now on. */
  settle(kept: readonly GroupMark[]): Promise<void>;
  /** The group is on disk. */
  add(mark: GroupMark): Promise<void>;
  /** To be called before the segments below are deleted. */
  forget(segments: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

/** To be called when the folder of the log is there. */
export async function openMarks(stateDir: string): Promise<WalMarks> {
  const path = join(stateDir, files.marks);
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  await moveIn(stateDir, handle);
  const bytes = Buffer.alloc(slots * slotBytes);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  if (bytesRead < bytes.length) await extend(handle, dirname(path), bytesRead);
  const read = Array.from({ length: slots }, (_, slot) =>
    decodeSlot(bytes.subarray(slot * slotBytes, (slot + 1) * slotBytes)),
  );
  const newest = (read[1]?.count ?? -1) > (read[0]?.count ?? -1) ? 1 : 0;
  let groups = [...(read[newest]?.groups ?? [])];
  let count = read[newest]?.count ?? 0;
  /** The slot that was written last, and the one that stays as it was synced, while the other is written again and again. */
  let last = newest;
  let settled = newest;
  const write = async (to: number): Promise<void> => {
    count++;
    let slot = encodeSlot(count, groups);
    for (; slot === null; slot = encodeSlot(count, groups)) groups = groups.slice(mostTooMany);
    await handle.write(slot, 0, slot.length, to * slotBytes);
    last = to;
  };
  /** Whatever a cut leaves of the second, the first has been synced. */
  const settle = async (): Promise<void> => {
    await handle.datasync();
    await write(other(last));
    await handle.datasync();
    settled = last;
  };
  return {
    isNew: bytesRead === 0,
    found: [...groups],
    async settle(kept) {
      groups = [...kept];
      await settle();
    },
    async add(mark) {
      groups.push(mark);
      await write(other(settled));
    },
    async forget(segments) {
      groups = groups.filter(({ segment }) => !segments.includes(segment));
      await settle();
    },
    close: () => handle.close(),
  };
}

function other(slot: number): number {
  return (slot + 1) % slots;
}

/** Room once and for all: what is written in place needs no metadata. */
async function extend(handle: FileHandle, folder: string, from: number): Promise<void> {
  await handle.write(Buffer.alloc(slots * slotBytes - from), 0, slots * slotBytes - from, from);
  await handle.sync();
  await syncPath(folder);
}

/** From where they were in an earlier version, whose file counts as long as it is there. */
async function moveIn(stateDir: string, handle: FileHandle): Promise<void> {
  const former = join(stateDir, files.formerMarks);
  let bytes: Buffer;
  try {
    bytes = await readFile(former);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return;
    throw error;
  }
  await handle.write(bytes, 0, Math.min(bytes.length, slots * slotBytes), 0);
  await handle.sync();
  await syncPath(dirname(join(stateDir, files.marks)));
  await rm(former);
  await syncPath(stateDir);
}

/** Null when there is no room for so many. */
function encodeSlot(count: number, groups: readonly GroupMark[]): Buffer | null {
  const out = new ByteWriter(slotBytes);
  out.varint(count);
  out.varint(groups.length);
  let before = origin;
  for (const { segment, start, times } of groups) {
    if (out.length > slotBytes - slotHead - groupBytes) return null;
    const fromMs = Math.floor(times.fromMs);
    const toMs = Math.ceil(times.toMs);
    out.zigzag(segment - before.segment);
    out.varint(start / pageBytes);
    out.zigzag(fromMs - before.fromMs);
    out.zigzag(toMs - fromMs);
    before = { segment, fromMs };
  }
  const body = out.view();
  const slot = Buffer.alloc(slotBytes);
  slotMark.copy(slot);
  slot.writeUInt32BE(body.length, 8);
  slot.writeUInt32BE(crc32(body), 12);
  slot.set(body, slotHead);
  return slot;
}

function decodeSlot(slot: Buffer): { count: number; groups: GroupMark[] } | null {
  const length = slot.readUInt32BE(8);
  if (!slot.subarray(0, slotMark.length).equals(slotMark) || length > slotBytes - slotHead) return null;
  const body = slot.subarray(slotHead, slotHead + length);
  if (crc32(body) !== slot.readUInt32BE(12)) return null;
  try {
    return decodeBody(new ByteReader(body));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return null; // Nobody wrote this, although its checksum holds.
  }
}

function decodeBody(input: ByteReader): { count: number; groups: GroupMark[] } {
  const count = input.varint();
  const groups: GroupMark[] = [];
  let before = origin;
  for (let left = input.varint(); left > 0; left--) {
    const segment = before.segment + input.zigzag();
    if (segment < 1) throw new Malformed('OUT_OF_RANGE', 'segment', `there is no segment ${segment}`);
    const start = input.varint() * pageBytes;
    const fromMs = before.fromMs + input.zigzag();
    groups.push({ segment, start, times: { fromMs, toMs: fromMs + input.zigzag() } });
    before = { segment, fromMs };
  }
  return { count, groups };
}
