/** What the write-ahead log of an earlier process holds: read once at the start, in order. */
import { link, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemCodeOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { decodeBatch } from '../client/append.ts';
import type { AppendBatch } from '../client/types.ts';
import { syncPath } from '../database/creation.ts';
import type { GroupMark, Times } from '../recovery/wal-marks.ts';
import { ChainReader, chainsVersion } from './chains.ts';
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
  const sorted = numbers.sort((a, b) => a - b);
  for (const number of sorted) {
    o.signal?.throwIfAborted();
    const path = join(o.folder, segmentName(number));
    const bytes = await readFile(path);
    if (isFree(bytes, number)) {
      free.push({ number, size: bytes.length });
      continue;
    }
    const scan = scanSegment(bytes, number);
    const chains = new ChainReader();
    const ofSegment = marks.filter(({ segment }) => segment === number);
    const there = new Set(scan.starts);
    let firstLost = ofSegment.find(({ start }) => !there.has(start))?.start ?? Number.POSITIVE_INFINITY;
    if (firstLost < scan.end || scan.damagedBytes > 0) firstLost = Math.min(firstLost, firstGap(scan));
    // What was marked is no group that was never finished.
    if (firstLost >= scan.end && Number.isFinite(firstLost))
      scan.damagedBytes += Math.max(1, scan.tornBytes);
    for (const [at, group] of scan.groups.entries()) {
      const unread = unreadOf(group, number, chains, o);
      scan.damagedBytes += unread;
      if (unread > 0) firstLost = Math.min(firstLost, scan.starts[at]!);
    }
    marked.push(...ofSegment.filter(({ start }) => there.has(start)));
    // Earlier processes have cut off what they found unfinished, so only the last segment can be.
    const isLast = number === newest;
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

/** What was released, or was about to be used again: a header that cannot be read says nothing. */
function isFree(bytes: Buffer, number: number): boolean {
  const header = readSegmentHeader(bytes);
  return header !== null && (header.isFree || header.number !== number);
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
  if (lost.length === 0 || (marks[0]!.start > pageBytes && firstLost < marks[0]!.start))
    return null;
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
    const { batch, lostBytes } =
      body[0] === chainsVersion ? chains.read(body) : { batch: decodeBatch(body), lostBytes: 0 };
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
