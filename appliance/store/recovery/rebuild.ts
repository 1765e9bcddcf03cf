/**
 * A new database out of everything that can still be read: small values from the copy, blocks and the journal from the
 * damaged database, its snapshots, and what LevelDB's repair makes of them. The damaged one is set aside, not deleted.
 */
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../runtime/log.ts';
import { makeAside, syncPath, writeMarker } from '../database/creation.ts';
import { databaseAt, openOptions } from '../database/database.ts';
import { aboutKeys, files } from '../keys.ts';
import type { Operation } from '../records/writer.ts';
import { cloneDatabase } from './clone.ts';
import { dropOldest, dropSnapshots, sources } from './folders.ts';
import type { Jobs } from './jobs.ts';
import { isSummed } from './kept-classes.ts';
import { spareFolder } from './spare.ts';
import { readSpare } from './spare-state.ts';
import { isBehind, numbering } from './write-number.ts';

export type RebuildOptions = {
  stateDir: string;
  birth: string;
  jobs: Jobs;
  log: Log;
  wallMs: number;
  signal: AbortSignal;
};

const batchSize = 500;

export type Rebuilt = {
  /** Where the damaged database was put. */
  kept: string | null;
  /** Keys of blocks that were found and could not be read, while no copy says which there have to be; as latin1. */
  damaged: ReadonlySet<string>;
  /** The database could not be read to its end: blocks may be gone of which nothing is left but perhaps the copy's word. */
  isPartial: boolean;
};

export async function rebuild(o: RebuildOptions): Promise<Rebuilt> {
  const making = join(o.stateDir, files.making + o.birth);
  await rm(making, { recursive: true, force: true });
  await makeAside({ stateDir: o.stateDir, aside: making, birth: o.birth });
  const { seq, ...collected } = await collect(o, making);
  await finish(o, making, seq);
  const kept = await exchange(o, making);
  await dropSnapshots(o.stateDir);
  await dropOldest(o.stateDir);
  return { kept, ...collected };
}

/** As it is first, because repair leaves out whole tables; then what repair finds, until nothing is missing. */
async function collect(o: RebuildOptions, target: string) {
  const collected = { seq: 0, damaged: new Set<string>(), isPartial: true };
  /** Once the database itself was read to its end. */
  let sought: readonly string[] | undefined;
  for (const from of await sources(o.stateDir)) {
    for (const repair of [false, true]) {
      o.signal.throwIfAborted();
      const source = join(o.stateDir, `${files.look}salvage`);
      await cloneDatabase(from, source);
      const job = { source, repair, target, spareFolder: spareFolder(o.stateDir), sought };
      const found = await o.jobs.salvage(job, o.signal);
      await rm(source, { recursive: true, force: true });
      const { copied = 0, remaining = -1, why = 'the process was aborted' } = found ?? {};
      o.log.warn('salvaging', { from, repair, copied, remaining, why: why ?? undefined });
      if (found === null) continue;
      collected.seq = Math.max(collected.seq, found.seq);
      for (const key of found.damaged) if (isSummed(Buffer.from(key, 'latin1'))) collected.damaged.add(key);
      if (why !== null) continue;
      if (!repair && from === join(o.stateDir, files.database)) collected.isPartial = false;
      if (!collected.isPartial) sought = found.damaged;
      if (remaining === 0 && found.damaged.length === 0) return collected;
    }
  }
  return collected;
}

/** `seq`: the last write that the damaged one knew. */
async function finish(o: RebuildOptions, making: string, seq: number): Promise<void> {
  const spare = await readSpare(spareFolder(o.stateDir));
  const database = databaseAt(making);
  await database.open(openOptions);
  try {
    if (spare !== null && isBehind(spare.state, { seq })) {
      // So that the open that follows knows it too, and believes the database.
      await database.batch([numbering(seq, [])]);
    } else if (spare !== null && !spare.state.isBroken) {
      const puts = [...spare.state.values].map(
        ([key, value]): Operation => ({ type: 'put', key: Buffer.from(key, 'latin1'), value }),
      );
      for (let at = 0; at < puts.length; at += batchSize)
        await database.batch(puts.slice(at, at + batchSize));
      await database.batch([numbering(spare.state.seq, [])]);
    }
    await database.put(aboutKeys.birth, Buffer.from(o.birth, 'utf8'), { sync: true });
  } finally {
    await database.close();
  }
  for (const name of await readdir(making)) await syncPath(join(making, name));
  await syncPath(making);
}

/** Cut between the two, the next start finds a marker, no database, and does all of this again. */
async function exchange(o: RebuildOptions, making: string): Promise<string | null> {
  const folder = join(o.stateDir, files.database);
  const stamp = new Date(o.wallMs).toISOString().replace(/[-:]/g, '').slice(0, 15);
  let kept: string | null = null;
  if (existsSync(folder)) {
    kept = join(o.stateDir, `${files.setAside}${stamp}`);
    for (let more = 2; existsSync(kept); more++) kept = join(o.stateDir, `${files.setAside}${stamp}-${more}`);
    await rename(folder, kept);
  }
  await rename(making, folder);
  await syncPath(o.stateDir);
  await writeMarker(o.stateDir, o.birth);
  return kept;
}
