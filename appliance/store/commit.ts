/**
 * Group commit: append bodies wait in RAM and go to the write-ahead segment together, with one sync about every
 * half minute, because it is the number of syncs that wears a card. Only then they count as durable.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../runtime/clock.ts';
import { Failure } from '../runtime/errors.ts';
import type { Commit } from './client/types.ts';
import { syncPath } from './creation.ts';
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
  fail(error: unknown): void;
};

type Segment = { number: number; handle: FileHandle; bytes: number; sinceMs: number };

export interface Committer {
  readonly epoch: string;
  readonly durable: number;
  readonly appended: number;
  readonly walBytes: number;
  /** The segment in which a body that is appended now, or an older one, may stand: a lower bound. */
  readonly segment: number;
  start(): Promise<void>;
  /** Numbers the batch; one without a body adds nothing to the log, but is durable only after all before it. */
  append(body: Uint8Array | null): number;
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
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let appended = 0;
  let durable = 0;
  let running: Promise<void> | null = null;

  const openSegment = async (): Promise<Segment> => {
    const number = Math.max(0, ...kept.keys()) + 1;
    const path = join(o.folder, segmentName(number));
    const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    await handle.write(segmentHeader);
    await handle.sync();
    await syncPath(o.folder);
    kept.set(number, segmentHeader.length);
    return { number, handle, bytes: segmentHeader.length, sinceMs: o.clock.monotonicMs() };
  };

  const writeGroup = async (bodies: Uint8Array[]): Promise<void> => {
    const old = segment!;
    const ageMs = o.clock.monotonicMs() - old.sinceMs;
    if (old.bytes > segmentHeader.length && (old.bytes >= o.segmentBytes || ageMs >= o.segmentAgeMs)) {
      segment = await openSegment();
      await old.handle.close();
    }
    const current = segment!;
    const parts = encodeGroup(bodies);
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    await writeAll(current.handle, parts, size);
    await current.handle.datasync();
    current.bytes += size;
    kept.set(current.number, current.bytes);
  };

  const commitAll = async (): Promise<void> => {
    while (durable < appended) {
      const upTo = appended;
      const bodies = waiting;
      waiting = [];
      waitingBytes = 0;
      if (bodies.length > 0) await writeGroup(bodies);
      durable = upTo;
      for (const listener of listeners) listener({ epoch, durable });
    }
  };

  const commit = (): Promise<void> => {
    running ??= commitAll()
      .catch((error: unknown) => {
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
      if (waitingBytes > groupsWaiting * o.groupBytes) {
        throw new Failure('UNAVAILABLE', 'the disk does not keep up with the samples; try again later');
      }
    },
    append(body) {
      appended++;
      if (body !== null) {
        waiting.push(body);
        waitingBytes += body.length;
      }
      if (waitingBytes >= o.groupBytes) commit().catch(reported);
      return appended;
    },
    commit,
    onDurable(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async release(oldestNeeded) {
      for (const number of [...kept.keys()]) {
        if (number >= oldestNeeded || number === segment?.number) continue;
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

async function writeAll(handle: FileHandle, parts: Buffer[], size: number): Promise<void> {
  const { bytesWritten } = await handle.writev(parts);
  if (bytesWritten === size) return;
  const rest = Buffer.concat(parts).subarray(bytesWritten);
  let at = 0;
  while (at < rest.length) at += (await handle.write(rest, at)).bytesWritten;
}
