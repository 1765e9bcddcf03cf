/** What the copy beside the database says should be there, read from its files. */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../../runtime/errors.ts';
import { BlockIndex } from './block-index.ts';
import { isJournal } from './kept-classes.ts';
import { type Frame, readFrames, type SpareScan } from './spare-form.ts';

export type SpareState = {
  /** The number of the last write that it knows. */
  seq: number;
  /** By key, as latin1. */
  values: Map<string, Buffer>;
  blocks: BlockIndex;
  /** Something of it is lost, so that the database knows better. */
  isBroken: boolean;
};

export type SpareFile = { number: number; end: number };

const nameForm = /^(\d{10})\.spare$/;

export function spareName(number: number): string {
  return `${String(number).padStart(10, '0')}.spare`;
}

/** null when there has never been one. Writes above `upTo` are left out. */
export async function readSpare(
  folder: string,
  upTo = Number.POSITIVE_INFINITY,
): Promise<{ state: SpareState; file: SpareFile } | null> {
  const numbers = await spareNumbers(folder);
  let state = emptyState();
  let file: SpareFile | null = null;
  for (const number of numbers) {
    const bytes = await readWhole(join(folder, spareName(number)));
    const scan = readFrames(bytes);
    state = withFrames(state, scan, upTo);
    file = { number, end: scan.end };
  }
  return file === null ? null : { state, file };
}

export async function spareNumbers(folder: string): Promise<number[]> {
  try {
    const names = await readdir(folder);
    return names
      .map((name) => Number(nameForm.exec(name)?.[1] ?? 0))
      .filter((number) => number > 0)
      .sort((a, b) => a - b);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

export function emptyState(): SpareState {
  return { seq: 0, values: new Map(), blocks: new BlockIndex(), isBroken: false };
}

function withFrames(before: SpareState, scan: SpareScan, upTo: number): SpareState {
  // A file begins with everything: whoever lost that has lost more than can be told.
  let state = before;
  if (scan.frames[0]?.anew !== true) state.isBroken = true;
  for (const frame of scan.frames) {
    if (frame.seq > upTo) break;
    if (frame.anew) state = emptyState();
    apply(state, frame);
  }
  if (scan.isBroken || scan.frames.at(-1)?.more === true) state.isBroken = true;
  return state;
}

export function apply(state: SpareState, frame: Frame): void {
  state.seq = frame.seq;
  for (const change of frame.changes) {
    const { key } = change;
    if (change.kind === 'sum') state.blocks.put(change);
    else if (change.kind === 'value') state.values.set(key.toString('latin1'), change.value);
    else if (!state.values.delete(key.toString('latin1'))) state.blocks.delete(key);
  }
}

/** Of the journal only the newest entry is needed: its hash holds all before it. */
export function withoutOldEntries(state: SpareState): void {
  let newest = '';
  for (const key of state.values.keys())
    if (isJournal(Buffer.from(key, 'latin1')) && key > newest) newest = key;
  for (const key of [...state.values.keys()])
    if (isJournal(Buffer.from(key, 'latin1')) && key !== newest) state.values.delete(key);
}

async function readWhole(path: string): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
