/**
 * The files of the write-ahead log. One whose content is in blocks is used again under the next number: its place on the
 * disk is settled, so that a group costs its own pages and no metadata.
 */
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncPath } from '../database/creation.ts';
import {
  encodeHeader,
  freeState,
  pageBytes,
  pageFrom,
  readSegmentHeader,
  segmentName,
  stateAt,
} from './wal.ts';

/** Where a new log begins; each file that is filled before its age lets the next one be twice as large. */
const firstBytes = 2 ** 20;
/** A header and a group. */
const leastBytes = 2 * pageBytes;
/** What a burst has left over is deleted. */
const mostFree = 8;
const unfinished = '.new';

export type SegmentFile = { number: number; size: number };
export type OpenSegment = SegmentFile & { handle: FileHandle };

export class SegmentFiles {
  readonly #folder: string;
  readonly #mostBytes: number;
  #free: SegmentFile[];
  #wantedBytes: number;
  #last: number;

  /** `last`: the highest number that was ever given. */
  constructor(o: { folder: string; mostBytes: number; free: readonly SegmentFile[]; last: number }) {
    this.#folder = o.folder;
    this.#free = [...o.free];
    this.#mostBytes = Math.max(leastBytes, pageFrom(o.mostBytes));
    this.#wantedBytes = Math.min(firstBytes, this.#mostBytes);
    this.#last = o.last;
  }

  get freeBytes(): number {
    return this.#free.reduce((sum, { size }) => sum + size, 0);
  }

  /** The one before was full before its time. */
  grow(): void {
    this.#wantedBytes = Math.min(2 * this.#wantedBytes, this.#mostBytes);
  }

  async next(): Promise<OpenSegment> {
    const number = this.#last + 1;
    const at = this.#free.findIndex(({ size }) => size >= this.#wantedBytes);
    this.#last = number;
    const [again] = at < 0 ? [] : this.#free.splice(at, 1);
    return again === undefined ? this.#make(number) : this.#useAgain(again, number);
  }

  /** Nothing in it is needed any more, and no mark names it. With `isKept` somebody else holds its content by another name. */
  async release(file: SegmentFile, isKept: boolean): Promise<void> {
    const path = join(this.#folder, segmentName(file.number));
    if (isKept || this.#free.length >= mostFree) {
      await rm(path, { force: true });
      return;
    }
    const handle = await open(path, 'r+');
    try {
      // Without a sync: else the next start reads it once more.
      await handle.write(freeState, 0, 1, stateAt);
    } finally {
      await handle.close();
    }
    this.#free.push(file);
  }

  /** The name before the header: a file whose header has another number than its name is free. */
  async #useAgain({ number: before, size }: SegmentFile, number: number): Promise<OpenSegment> {
    const path = join(this.#folder, segmentName(number));
    await rename(join(this.#folder, segmentName(before)), path);
    await syncPath(this.#folder);
    const handle = await open(path, 'r+');
    try {
      await handle.write(encodeHeader({ number, size }), 0, undefined, 0);
      await handle.datasync();
      return { number, size, handle };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Written through, so that its place is settled, before it gets its name. */
  async #make(number: number): Promise<OpenSegment> {
    const path = join(this.#folder, segmentName(number));
    const size = this.#wantedBytes;
    const handle = await open(path + unfinished, 'w+', 0o600);
    try {
      const zeros = Buffer.alloc(Math.min(size, 2 ** 18));
      for (let at = 0; at < size; ) {
        const { bytesWritten } = await handle.write(zeros, 0, Math.min(zeros.length, size - at), at);
        at += bytesWritten;
      }
      await handle.write(encodeHeader({ number, size }), 0, undefined, 0);
      await handle.sync();
      await rename(path + unfinished, path);
      await syncPath(this.#folder);
      return { number, size, handle };
    } catch (error) {
      await handle.close();
      await rm(path + unfinished, { force: true });
      throw error;
    }
  }
}

/** What a cut has left of files in the making. */
export async function removeUnfinishedSegments(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith(unfinished)) await rm(join(folder, name), { force: true });
}

/** A copy of the groups alone gets the length that its header names. */
export async function completeSegment(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(pageBytes), 0, pageBytes, 0);
    const header = readSegmentHeader(buffer.subarray(0, bytesRead));
    if (header !== null && (await handle.stat()).size < header.size) await handle.truncate(header.size);
  } finally {
    await handle.close();
  }
}
