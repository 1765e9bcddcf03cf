/** What the database has lost of the small values is put back from the copy; where the copy has lost, it is made anew. */
import { crc32 } from 'node:zlib';
import { type Database, iterationOptions } from '../database/database.ts';
import { aboutKeys } from '../keys.ts';
import type { Operation } from '../records/writer.ts';
import { isCopied, isDerived, isJournal, isOfWrites, spanOf } from './kept-classes.ts';
import { writeSpare } from './spare.ts';
import { emptyState, type SpareFile, type SpareState, withoutOldEntries } from './spare-state.ts';
import { isBehind, lastWriteOf, type WriteNumber } from './write-number.ts';

export type Healing = {
  found: { state: SpareState; file: SpareFile };
  /** To be written to the database. */
  operations: Operation[];
  /** How many values were lost or old, by their prefix. */
  healed: Record<string, number>;
  /** The copy was lost or damaged and has been made from the database. */
  isCopyNew: boolean;
};

export async function heal(
  stateDir: string,
  database: Database,
  spare: { state: SpareState; file: SpareFile } | null,
): Promise<Healing> {
  const write = await lastWriteOf(database);
  const birth = await database.get(aboutKeys.birth);
  if (spare === null || isUnfit(spare.state, write) || isOfAnother(spare.state, birth)) {
    const state = await stateOf(database, Math.max(write?.seq ?? 0, spare?.state.seq ?? 0));
    const file = await writeSpare(stateDir, state);
    return { found: { state, file }, operations: [], healed: {}, isCopyNew: spare !== null };
  }
  const found = { operations: [] as Operation[], healed: {} as Record<string, number> };
  const ahead = write !== null && write.seq > spare.state.seq ? write : null;
  if (ahead !== null) await adopt(database, spare.state, ahead);
  await compare(database, spare.state, found);
  const file = ahead === null ? spare.file : await writeSpare(stateDir, spare.state);
  return { found: { state: spare.state, file }, ...found, isCopyNew: false };
}

/** It has lost something itself, so the database knows better. */
function isUnfit(state: SpareState, write: WriteNumber | null): boolean {
  return state.isBroken || (write !== null && isBehind(state, write));
}

function isOfAnother({ values }: SpareState, birth: Buffer | undefined): boolean {
  const own = values.get(aboutKeys.birth.toString('latin1'));
  return own !== undefined && birth !== undefined && !own.equals(birth);
}

/** The last write was on disk and the copy of it was not: nobody was told, and the database is right. */
async function adopt(database: Database, state: SpareState, { seq, touched }: WriteNumber): Promise<void> {
  state.seq = seq;
  for (const name of touched) {
    const key = Buffer.from(name, 'latin1');
    const value = await database.get(key);
    if (value !== undefined) keep(state, key, value);
    else if (!state.values.delete(name)) state.blocks.delete(key);
  }
}

async function compare(
  database: Database,
  { values }: SpareState,
  found: { operations: Operation[]; healed: Record<string, number> },
): Promise<void> {
  const missing = new Map(values);
  const note = (operation: Operation) => {
    const prefix = operation.key.toString('latin1', 0, 1);
    found.operations.push(operation);
    found.healed[prefix] = (found.healed[prefix] ?? 0) + 1;
  };
  for await (const [key, value] of copiedEntries(database)) {
    const name = key.toString('latin1');
    const expected = values.get(name);
    missing.delete(name);
    if (expected === undefined) note({ type: 'del', key });
    else if (!expected.equals(value)) note({ type: 'put', key, value: expected });
  }
  for (const [name, value] of missing) {
    const key = Buffer.from(name, 'latin1');
    if (isJournal(key) && (await database.get(key))?.equals(value)) continue;
    note({ type: 'put', key, value });
  }
}

async function* copiedEntries(database: Database): AsyncGenerator<[Buffer, Buffer]> {
  for (const prefix of 'dmqrsux') {
    const first = prefix.charCodeAt(0);
    const range = { gte: Buffer.from([first]), lt: Buffer.from([first + 1]) };
    for await (const entry of database.iterator({ ...range, ...iterationOptions }))
      if (isCopied(entry[0])) yield entry;
  }
}

async function stateOf(database: Database, seq: number): Promise<SpareState> {
  const state = { ...emptyState(), seq };
  for await (const [key, value] of database.iterator(iterationOptions)) keep(state, key, value);
  withoutOldEntries(state);
  return state;
}

function keep(state: SpareState, key: Buffer, value: Buffer): void {
  if (isOfWrites(key) || isDerived(key)) return;
  if (isCopied(key) || isJournal(key)) state.values.set(key.toString('latin1'), Buffer.from(value));
  else state.blocks.put({ key, crc: crc32(value), spanMs: spanOf(key, value) });
}
