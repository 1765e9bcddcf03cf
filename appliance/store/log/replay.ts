/** What the write-ahead log of an earlier process holds: read once at the start, in order. */
import { link, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemCodeOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { AppendBatch } from '../client/types.ts';
import { syncPath } from '../database/creation.ts';
import type { GroupMark, Times } from '../recovery/wal-marks.ts';
import { ChainReader } from './chains.ts';
import type { KeptSegment } from './commit.ts';
import { removeUnfinishedSegments, type SegmentFile } from './segments.ts';
import {
  bodiesOf,
  groupHead,
  pageBytes,
  pageFrom,
  readSegmentHeader,
  type Scan,
  scanSegment,
  segmentName,
  segmentNumber,
} from './wal.ts';

/** A copy by link of a segment in which something is damaged, so that its bytes outlive the sealing. */
const keptSuffix = '.damaged';

/** `times`: what is lost with it, null when nobody knows. */
export type Damage = { file: string; bytes: number; times: Times | null };

export type Replayed = {
  /** Every segment that stands there. */
  segments: Map<number, KeptSegment>;
  /** Files that can be used again. */
  free: SegmentFile[];
  /** Damage that was not reported before. */
  damage: Damage[];
  /** The marks of groups that are there. */
  marked: GroupMark[];
};

export async function replay(o: {
  folder: string;
  log: Log;
  signal?: AbortSignal;
  /** What was on disk, in the order of the log. */
  marks?: readonly GroupMark[];
  onBatch(batch: AppendBatch, segment: number): void;
}): Promise<Replayed> {
  await removeUnfinishedSegments(o.folder);
  const numbers = (await readdir(o.folder)).map(segmentNumber).filter((number) => number !== null);
  const segments = new Map<number, KeptSegment>();
  const free: SegmentFile[] = [];
  const damage: Damage[] = [];
  const marked: GroupMark[] = [];
  const marks = o.marks ?? [];
  const used: number[] = [];
  for (const number of numbers.sort((a, b) => a - b)) {
    const file = await freeFile(o.folder, number, marks);
    if (file === null) used.push(number);
    else free.push(file);
  }
  for (const number of used) {
    o.signal?.throwIfAborted();
    const path = join(o.folder, segmentName(number));
    const bytes = await readFile(path);
    const scan = scanSegment(bytes, number);
    const chains = new ChainReader();
    const ofSegment = marks.filter(({ segment }) => segment === number);
    const there = new Set(scan.starts);
    let firstLost = ofSegment.find(({ start }) => !there.has(start))?.start ?? Number.POSITIVE_INFINITY;
    if (firstLost < scan.end || scan.damagedBytes > 0) firstLost = Math.min(firstLost, firstGap(scan));
    // What was marked is no group that was never finished.
    if (firstLost >= scan.end && Number.isFinite(firstLost)) scan.damagedBytes += Math.max(1, scan.tornBytes);
    for (const [at, group] of scan.groups.entries()) {
      const unread = unreadOf(group, number, chains, o);
      scan.damagedBytes += unread;
      if (unread > 0) firstLost = Math.min(firstLost, scan.starts[at]!);
    }
    if (scan.groups.length === 0 && scan.tornBytes + scan.damagedBytes === 0) {
      free.push({ number, size: bytes.length });
      continue;
    }
    marked.push(...ofSegment.filter(({ start }) => there.has(start)));
    // Earlier processes have cut off what they found unfinished, so only the last segment can be.
    const isLast = number === used.at(-1);
    if (!isLast) scan.damagedBytes += scan.tornBytes;
    if (isLast && scan.tornBytes > 0 && !Number.isFinite(firstLost)) {
      o.log.warn('the write-ahead log ended within a group that nobody was told to be on disk', {
        file: path,
        bytes: scan.tornBytes,
      });
      await blank(path, scan.end);
    }
    const isDamaged = scan.damagedBytes > 0;
    segments.set(number, { end: Math.min(scan.end, bytes.length), size: bytes.length, isDamaged });
    if (isDamaged && (await keep(path)))
      damage.push({ file: path, bytes: scan.damagedBytes, times: timesFrom(ofSegment, firstLost) });
  }
  damage.push(...missingSegments(o.folder, marks, segments));
  if (damage.length > 0) await syncPath(o.folder);
  return { segments, free, damage, marked };
}

/**
 * What was given up, and what was about to be used again: its header has another number, or was cut while it was written,
 * and then nothing of its own number is behind it.
 */
async function freeFile(
  folder: string,
  number: number,
  marks: readonly GroupMark[],
): Promise<SegmentFile | null> {
  const path = join(folder, segmentName(number));
  const head = await headOf(path);
  const header = readSegmentHeader(head.bytes);
  const file = { number, size: head.size };
  if (header !== null) return header.isFree || header.number !== number ? file : null;
  if (head.size < 2 * pageBytes || marks.some(({ segment }) => segment === number)) return null;
  const { groups, tornBytes } = scanSegment(await readFile(path), number);
  return groups.length === 0 && tornBytes === 0 ? file : null;
}

async function headOf(path: string): Promise<{ bytes: Buffer; size: number }> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(pageBytes), 0, pageBytes, 0);
    return { bytes: buffer.subarray(0, bytesRead), size: (await handle.stat()).size };
  } finally {
    await handle.close();
  }
}

/** Where something stands that is no group. */
function firstGap({ starts, end, tornBytes, damagedBytes, groups }: Scan): number {
  let at = pageBytes;
  for (const [index, start] of starts.entries()) {
    if (start > at) return at;
    at = pageFrom(start + groupHead + groups[index]!.length);
  }
  return damagedBytes > 0 || tornBytes > 0 ? Math.min(at, end) : Number.POSITIVE_INFINITY;
}

/** What comes behind a lost group in its segment is coded against it. */
function timesFrom(marks: readonly GroupMark[], firstLost: number): Times | null {
  const lost = marks.filter(({ start }) => start >= firstLost);
  // The oldest marks may have made room for newer ones.
  if (lost.length === 0 || (marks[0]!.start > pageBytes && firstLost < marks[0]!.start)) return null;
  return union(lost);
}

function union(marks: readonly GroupMark[]): Times {
  return {
    fromMs: Math.min(...marks.map(({ times }) => times.fromMs)),
    toMs: Math.max(...marks.map(({ times }) => times.toMs)),
  };
}

function missingSegments(
  folder: string,
  marks: readonly GroupMark[],
  segments: ReadonlyMap<number, unknown>,
): Damage[] {
  const numbers = new Set(marks.map(({ segment }) => segment).filter((segment) => !segments.has(segment)));
  return [...numbers].map((number) => ({
    file: join(folder, segmentName(number)),
    bytes: 0,
    times: union(marks.filter(({ segment }) => segment === number)),
  }));
}

type Reading = { log: Log; onBatch(batch: AppendBatch, segment: number): void };

/** What has a good checksum and cannot be read by this version must not keep the store from starting for ever. */
function unreadOf(group: Uint8Array, segment: number, chains: ChainReader, o: Reading): number {
  let bodies: Uint8Array[];
  try {
    bodies = bodiesOf(group);
  } catch (error) {
    o.log.error('a group of the write-ahead log cannot be read', { segment, error: messageOf(error) });
    return group.length;
  }
  return bodies.reduce((unread, body) => unread + unreadBytes(body, segment, chains, o), 0);
}

function unreadBytes(body: Uint8Array, segment: number, chains: ChainReader, o: Reading): number {
  try {
    const { batch, lostBytes } = chains.read(body);
    o.onBatch(batch, segment);
    return lostBytes;
  } catch (error) {
    o.log.error('a part of the write-ahead log cannot be read', { segment, error: messageOf(error) });
    return body.length;
  }
}

/** Else the next start would take the unfinished group of this one for damage within the log. */
async function blank(path: string, start: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.write(Buffer.alloc(groupHead), 0, groupHead, start);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** False when it is kept already. */
async function keep(path: string): Promise<boolean> {
  try {
    await link(path, path + keptSuffix);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
