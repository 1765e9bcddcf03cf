/**
 * The copy beside the database, written after each write of the database and synced before the answer: what LevelDB
 * loses without a word is found by it and put back from it.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncPath } from '../database/creation.ts';
import { files } from '../keys.ts';
import type { Operation } from '../records/writer.ts';
import type { BlockIndex } from './block-index.ts';
import { changesOf } from './kept-classes.ts';
import { encodeFrame, type SpareChange, spareHeader } from './spare-form.ts';
import {
  readSpare,
  type SpareFile,
  type SpareState,
  spareName,
  spareNumbers,
  withoutOldEntries,
} from './spare-state.ts';

/** The file grows by so many zeros at once: a sync within its length needs no metadata. */
const growBytes = 65_536;
/** A frame of a rewritten copy. */
const frameBytes = 1 << 20;

export interface Spare {
  /** Which blocks have to be there. */
  readonly blocks: BlockIndex;
  readonly seq: number;
  readonly bytes: number;
  /** Resolves when it is on disk. */
  append(seq: number, operations: readonly Operation[]): Promise<void>;
  /** Writes what is in it anew, without what has been replaced. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

export function spareFolder(stateDir: string): string {
  return join(stateDir, files.spare);
}

/** Begins a new file with all of the state, and takes the older ones away. */
export async function writeSpare(stateDir: string, state: SpareState): Promise<SpareFile> {
  const folder = spareFolder(stateDir);
  await makeFolder(folder, stateDir);
  const numbers = await spareNumbers(folder);
  const number = (numbers.at(-1) ?? 0) + 1;
  const temporary = join(folder, 'new');
  const handle = await open(temporary, 'w', 0o600);
  let size = 0;
  try {
    for (const bytes of [spareHeader, ...framesOf(state)]) {
      await writeAll(handle, bytes, size);
      size += bytes.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, join(folder, spareName(number)));
  await syncPath(folder);
  for (const older of numbers) await rm(join(folder, spareName(older)), { force: true });
  return { number, end: size };
}

export async function openSpare(
  stateDir: string,
  found: { state: Pick<SpareState, 'blocks' | 'seq'>; file: SpareFile },
): Promise<Spare> {
  const folder = spareFolder(stateDir);
  const { blocks } = found.state;
  let { seq } = found.state;
  let handle = await openFile(folder, found.file);
  let { end } = found.file;
  let size = end;
  let queue: Promise<void> = Promise.resolve();
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    const turn = queue.then(task);
    // Whoever asked hears of a failure; the next one tries for itself.
    queue = turn.catch(() => undefined);
    return turn;
  };
  return {
    blocks,
    get seq() {
      return seq;
    },
    get bytes() {
      return size;
    },
    append: (next, operations) =>
      inTurn(async () => {
        const changes = changesOf(operations);
        const bytes = encodeFrame({ seq: next, anew: false, more: false, changes });
        if (end + bytes.length > size) {
          const grown = Math.ceil((end + bytes.length) / growBytes) * growBytes;
          await writeAll(handle, Buffer.alloc(grown - end), end);
          await handle.datasync();
          size = grown;
        }
        await writeAll(handle, bytes, end);
        await handle.datasync();
        end += bytes.length;
        seq = next;
        applyBlocks(blocks, changes);
      }),
    compact: () =>
      inTurn(async () => {
        const read = await readSpare(folder);
        // What is on disk is not what was written: the next start has the database to make it anew from.
        if (read === null || read.state.isBroken || read.state.seq !== seq) return;
        withoutOldEntries(read.state);
        const file = await writeSpare(stateDir, read.state);
        await handle.close();
        handle = await openFile(folder, file);
        end = size = file.end;
      }),
    async close() {
      await queue;
      await handle.close();
    },
  };
}

/** What stands behind the last whole frame was never answered for. */
async function openFile(folder: string, { number, end }: SpareFile): Promise<FileHandle> {
  const handle = await open(join(folder, spareName(number)), constants.O_RDWR);
  await handle.truncate(end);
  return handle;
}

function* framesOf(state: SpareState): Generator<Buffer> {
  let changes: SpareChange[] = [];
  let bytes = 0;
  let anew = true;
  const frame = (more: boolean) => encodeFrame({ seq: state.seq, anew, more, changes });
  for (const change of changesIn(state)) {
    changes.push(change);
    bytes += change.key.length + (change.kind === 'value' ? change.value.length : 16);
    if (bytes < frameBytes) continue;
    yield frame(true);
    anew = false;
    changes = [];
    bytes = 0;
  }
  yield frame(false);
}

function* changesIn({ values, blocks }: SpareState): Generator<SpareChange> {
  for (const [key, value] of values) yield { kind: 'value', key: Buffer.from(key, 'latin1'), value };
  for (const expected of blocks) yield { kind: 'sum', ...expected };
}

function applyBlocks(blocks: BlockIndex, changes: readonly SpareChange[]): void {
  for (const change of changes) {
    if (change.kind === 'sum') blocks.put(change);
    else if (change.kind === 'del') blocks.delete(change.key);
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }
}
