/** After a stop that was not orderly: what a look at a copy of the database says, before it is opened itself. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../runtime/log.ts';
import { files } from '../keys.ts';
import { cloneDatabase } from './clone.ts';
import { takeSnapshot } from './folders.ts';
import { type Inspection, isUsable } from './inspect.ts';
import type { Jobs } from './jobs.ts';
import { spareFolder } from './spare.ts';

/** A start must not take longer than a supervisor waits: what was not read by then is left to the scrub. */
const mostMs = 15_000;
const attempts = 2;

export type Examined = {
  /** Why the database cannot be used as it is, or null. */
  unusable: string | null;
  /** Blocks that must not be there; keys as latin1. */
  extra: readonly string[];
  isWhole: boolean;
};

export async function examine(o: {
  stateDir: string;
  jobs: Jobs;
  log: Log;
  signal: AbortSignal;
}): Promise<Examined> {
  await takeSnapshot(o.stateDir);
  let found: Inspection | null = null;
  for (let attempt = 1; attempt <= attempts && found === null; attempt++) {
    const folder = join(o.stateDir, `${files.look}start`);
    await cloneDatabase(join(o.stateDir, files.database), folder);
    const job = { folder, spareFolder: spareFolder(o.stateDir), mostMs };
    found = await o.jobs.inspect(job, { isIdle: false, signal: o.signal });
    await rm(folder, { recursive: true, force: true });
  }
  if (found === null) return { unusable: 'it aborts the process that reads it', extra: [], isWhole: false };
  const { why, missing, keys, bytes, extra, isWhole, damagedValues } = found;
  o.log.info('looked at the database', { keys, bytes, missing, damagedValues, extra: extra.length, isWhole });
  const unusable = isUsable(found) ? null : (why ?? `${missing} of its blocks are missing or damaged`);
  return { unusable, extra, isWhole };
}
