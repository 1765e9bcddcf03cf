/**
 * Group commit: ticks wait in RAM as the bytes of the log and go to the write-ahead segment together, with one sync about every
 * half minute, because it is the number of syncs that wears a card. Only then they count as durable.
 */
import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../../runtime/clock.ts';
import { Failure } from '../../runtime/errors.ts';
import type { Commit } from '../client/types.ts';
import { isDiskFull } from '../recovery/room.ts';
import type { Times, WalMarks } from '../recovery/wal-marks.ts';
import { ChainWriter } from './chains.ts';
import { type OpenSegment, type SegmentFile, SegmentFiles } from './segments.ts';
import { encodeGroup, pageBytes, pageFrom } from './wal.ts';

export type CommitterOptions = {
  folder: string;
  clock: Clock;
  /** A group is written when this many bytes wait, or when `commit` is called. */
  groupBytes: number;
  /** A new segment begins when the current one is larger or older. */
  segmentBytes: number;
  segmentAgeMs: number;
  /** Segments that an earlier process left, and files of theirs that can be used again. */
  segments: ReadonlyMap<number, KeptSegment>;
  free?: readonly SegmentFile[];
  /** Says for the next start which groups were on disk. */
  marks?: Pick<WalMarks, 'add' | 'forget'>;
  /** Throws when the disk has no room for samples. */
  assertRoom?(): void;
  /** A group found no room; it is tried again with the next commit. */
  onFull?(): void;
  fail(error: unknown): void;
};

/** `end`: up to there it is on disk. A file that has a second name keeps its content. */
export type KeptSegment = { end: number; size: number; isDamaged?: boolean };

type Segment = OpenSegment & {
  /** Where the next group begins, and its index. */
  end: number;
  index: number;
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
  /** Until the returned function is called, no segment is deleted or written over. */
  hold(): () => void;
  /** The segment in which a body that is appended now, or an older one, may stand: a lower bound. */
  readonly segment: number;
  /** Takes ticks from where they wait in RAM. */
  readonly log: ChainWriter;
  start(): Promise<void>;
  /**
   * Numbers a batch whose ticks the log has just got, with their dates. One with nothing new (null) is durable only after all
   * before it.
   */
  append(times: Times | null): number;
  /** Throws when so much waits that appends must be refused. */
  assertRoom(): void;
  commit(): Promise<void>;
  onDurable(listener: (commit: Commit) => void): () => void;
  /** Gives up the segments of which nothing is needed any more. */
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
  let begun: { bytes: Buffer; upTo: number; times: Times | null } | null = null;
  let holders = 0;
  const files = new SegmentFiles({
    ...{ folder: o.folder, mostBytes: o.segmentBytes, free: o.free ?? [] },
    last: Math.max(0, ...o.segments.keys(), ...(o.free ?? []).map(({ number }) => number)),
  });

  const openSegment = async (): Promise<Segment> => {
    const opened = await files.next();
    kept.set(opened.number, { end: pageBytes, size: opened.size });
    return { ...opened, end: pageBytes, index: 0, sinceMs: o.clock.monotonicMs(), full: false };
  };

  /** Decided with each group, because what comes after the last one of a segment is coded against nothing. */
  const isLast = ({ end, size, sinceMs }: Segment): boolean => {
    // There should be room for another one as large.
    if (end + 2 * pageFrom(waiting.bytes + pageBytes) > size) {
      files.grow();
      return true;
    }
    return o.clock.monotonicMs() - sinceMs >= o.segmentAgeMs;
  };

  const beginGroup = async (): Promise<NonNullable<typeof begun>> => {
    if (segment!.full) {
      const old = segment!;
      segment = await openSegment();
      await old.handle.close();
    }
    const current = segment!;
    current.full = isLast(current);
    const place = { segment: current.number, index: current.index };
    const group = { bytes: encodeGroup(place, [waiting.take(current.full)]), upTo: appended, times };
    times = null;
    return group;
  };

  /** The same bytes at the same place, as often as it takes. */
  const writeGroup = async (): Promise<number> => {
    begun ??= await beginGroup();
    const current = segment!;
    const { bytes, upTo } = begun;
    const start = current.end;
    await writeAll(current.handle, bytes, start);
    await current.handle.datasync();
    if (begun.times !== null) await o.marks?.add({ segment: current.number, start, times: begun.times });
    current.end = pageFrom(start + bytes.length);
    current.size = Math.max(current.size, current.end);
    current.index++;
    kept.set(current.number, { end: start + bytes.length, size: current.size });
    begun = null;
    return upTo;
  };

  const commitAll = async (): Promise<void> => {
    while (durable < appended) {
      if (begun === null && waiting.bytes === 0) {
        // Nothing new came, or all of it is in blocks by now.
        durable = appended;
        times = null;
      } else durable = await writeGroup();
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
    segments: () => new Map([...kept].map(([number, { end }]) => [number, end])),
    hold() {
      holders++;
      return () => {
        holders--;
      };
    },
    get walBytes() {
      return [...kept.values()].reduce((sum, { size }) => sum + size, files.freeBytes);
    },
    get segment() {
      return segment?.number ?? 0;
    },
    log: waiting,
    async start() {
      segment = await openSegment();
    },
    assertRoom() {
      o.assertRoom?.();
      if (waiting.bytes > groupsWaiting * o.groupBytes) {
        throw new Failure('UNAVAILABLE', 'the disk does not keep up with the samples; try again later');
      }
    },
    append(added) {
      appended++;
      times = widened(times, added);
      if (waiting.bytes >= o.groupBytes) commit().catch(reported);
      return appended;
    },
    commit,
    onDurable(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async release(oldestNeeded) {
      if (holders > 0) return;
      const gone = [...kept].filter(([number]) => number < oldestNeeded && number !== segment?.number);
      if (gone.length > 0) await o.marks?.forget(gone.map(([number]) => number));
      for (const [number, { size, isDamaged }] of gone) {
        kept.delete(number);
        await files.release({ number, size }, isDamaged === true);
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

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let at = 0;
  while (at < bytes.length)
    at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
}

function widened(times: Times | null, added: Times | null): Times | null {
  if (times === null || added === null) return times ?? added;
  return { fromMs: Math.min(times.fromMs, added.fromMs), toMs: Math.max(times.toMs, added.toMs) };
}
