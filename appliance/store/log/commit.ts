/**
 * Group commit: ticks wait in RAM as the bytes of the log and go to the write-ahead segment together, with one sync about every
 * half minute, because it is the number of syncs that wears a card. Only then they count as durable.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import { Failure } from '../../runtime/errors.ts';
import type { Commit } from '../client/types.ts';
import { syncPath } from '../database/creation.ts';
import { isDiskFull } from '../recovery/room.ts';
import type { Times, WalMarks } from '../recovery/wal-marks.ts';
import { ChainWriter, type Logged } from './chains.ts';
import { encodeGroup, segmentHeader, segmentName } from './wal.ts';

export type CommitterOptions = {
  folder: string;
  clock: Clock;
  /** A group is written when this many bytes wait, or when `commit` is called. */
  groupBytes: number;
  /** A new segment begins when the current one is larger or older. */
  segmentBytes: number;
  segmentAgeMs: number;
  /** Segments that an earlier process left, with their sizes. */
  segments: ReadonlyMap<number, number>;
  /** Says for the next start which groups were on disk. */
  marks?: Pick<WalMarks, 'add' | 'forget'>;
  /** Throws when the disk has no room for samples. */
  assertRoom?(): void;
  /** A group found no room; it is tried again with the next commit. */
  onFull?(): void;
  fail(error: unknown): void;
};

type Segment = {
  number: number;
  handle: FileHandle;
  bytes: number;
  sinceMs: number;
  /** The next group begins another one. */
  full: boolean;
};

export interface Committer {
  readonly epoch: string;
  readonly durable: number;
  readonly appended: number;
  readonly walBytes: number;
  /** The segments that there are, with what of them is on disk. */
  segments(): ReadonlyMap<number, number>;
  /** The segment in which a body that is appended now, or an older one, may stand: a lower bound. */
  readonly segment: number;
  start(): Promise<void>;
  /** Numbers the batch; one with nothing new adds nothing to the log, but is durable only after all before it. */
  append(entries: readonly Logged[]): number;
  /** Throws when so much waits that appends must be refused. */
  assertRoom(): void;
  commit(): Promise<void>;
  onDurable(listener: (commit: Commit) => void): () => void;
  /** Deletes the segments of which nothing is needed any more. */
  release(oldestNeeded: number): Promise<void>;
  stop(): Promise<void>;
}

/** What may wait in RAM when the disk does not follow: beyond it appends are refused and ingest keeps them. */
const groupsWaiting = 16;

export function createCommitter(o: CommitterOptions): Committer {
  const epoch = randomBytes(8).toString('hex');
  const listeners = new Set<(commit: Commit) => void>();
  const kept = new Map(o.segments);
  let segment: Segment | null = null;
  const waiting = new ChainWriter();
  let appended = 0;
  let durable = 0;
  let running: Promise<void> | null = null;
  /** Of what waits. */
  let times: Times | null = null;
  /** A group whose write has not succeeded yet; with it, all batches up to `upTo` are durable. */
  let begun: { parts: Buffer[]; size: number; upTo: number; times: Times | null } | null = null;

  const openSegment = async (): Promise<Segment> => {
    const number = Math.max(0, ...kept.keys()) + 1;
    const path = join(o.folder, segmentName(number));
    const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await handle.write(segmentHeader);
      await handle.sync();
      await syncPath(o.folder);
    } catch (error) {
      await handle.close();
      await rm(path, { force: true });
      throw error;
    }
    kept.set(number, segmentHeader.length);
    return { number, handle, bytes: segmentHeader.length, sinceMs: o.clock.monotonicMs(), full: false };
  };

  /** Decided with each group, because what comes after the last one of a segment is coded against nothing. */
  const isLast = ({ bytes, sinceMs }: Segment): boolean =>
    bytes + waiting.bytes >= o.segmentBytes || o.clock.monotonicMs() - sinceMs >= o.segmentAgeMs;

  const beginGroup = async (): Promise<NonNullable<typeof begun>> => {
    if (segment!.full) {
      const old = segment!;
      segment = await openSegment();
      await old.handle.close();
    }
    const current = segment!;
    current.full = isLast(current);
    const parts = encodeGroup([waiting.take(current.full)]);
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    const group = { parts, size, upTo: appended, times };
    times = null;
    return group;
  };

  /** The same bytes at the same place, as often as it takes. */
  const writeGroup = async (): Promise<number> => {
    begun ??= await beginGroup();
    const current = segment!;
    const { parts, size, upTo } = begun;
    await writeAll(current.handle, parts, current.bytes);
    await current.handle.datasync();
    const start = current.bytes;
    if (begun.times !== null) await o.marks?.add({ segment: current.number, start, times: begun.times });
    current.bytes += size;
    kept.set(current.number, current.bytes);
    begun = null;
    return upTo;
  };

  const commitAll = async (): Promise<void> => {
    while (durable < appended) {
      durable = begun === null && waiting.bytes === 0 ? appended : await writeGroup();
      for (const listener of listeners) listener({ epoch, durable });
    }
  };

  const commit = (): Promise<void> => {
    running ??= commitAll()
      .catch((error: unknown) => {
        if (isDiskFull(error) && o.onFull !== undefined) return o.onFull();
        // Nobody knows what is on disk now; the next process reads it again.
        o.fail(
          new Failure('INTERNAL', `the write-ahead log in ${o.folder} cannot be written`, { cause: error }),
        );
        throw error;
      })
      .finally(() => {
        running = null;
      });
    return running;
  };

  return {
    epoch,
    get durable() {
      return durable;
    },
    get appended() {
      return appended;
    },
    segments: () => new Map(kept),
    get walBytes() {
      return [...kept.values()].reduce((sum, bytes) => sum + bytes, 0);
    },
    get segment() {
      return segment?.number ?? 0;
    },
    async start() {
      segment = await openSegment();
    },
    assertRoom() {
      o.assertRoom?.();
      if (waiting.bytes > groupsWaiting * o.groupBytes) {
        throw new Failure('UNAVAILABLE', 'the disk does not keep up with the samples; try again later');
      }
    },
    append(entries) {
      appended++;
      for (const entry of entries) {
        waiting.append(entry);
        times = widened(times, entry);
      }
      if (waiting.bytes >= o.groupBytes) commit().catch(reported);
      return appended;
    },
    commit,
    onDurable(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async release(oldestNeeded) {
      const gone = [...kept.keys()].filter((number) => number < oldestNeeded && number !== segment?.number);
      if (gone.length > 0) await o.marks?.forget(gone);
      for (const number of gone) {
        await rm(join(o.folder, segmentName(number)), { force: true });
        kept.delete(number);
      }
    },
    async stop() {
      await commit();
      await segment?.handle.close();
      segment = null;
    },
  };
}

/** `fail` has been told. */
function reported(): void {
  return;
}

async function writeAll(handle: FileHandle, parts: Buffer[], position: number): Promise<void> {
  const bytes = Buffer.concat(parts);
  let at = 0;
  while (at < bytes.length)
    at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
}

function widened(times: Times | null, { wallAtZeroMs, ticks }: Logged): Times | null {
  let result = times;
  for (const { runMs } of ticks) {
    const tMs = wallAtZeroMs + runMs;
    result ??= { fromMs: tMs, toMs: tMs + 1 };
    result.fromMs = Math.min(result.fromMs, tMs);
    result.toMs = Math.max(result.toMs, tMs + 1);
  }
  return result;
}
