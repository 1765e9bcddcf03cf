/** Once a day, and soon after a start that had no time for it, everything is read in a child process of low priority. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../../runtime/clock.ts';
import { Failure } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { ScrubResult } from '../client/types.ts';
import type { Database } from '../database/database.ts';
import type { Journal } from '../journal/journal.ts';
import { files } from '../keys.ts';
import { cloneLive } from './clone.ts';
import { dropSnapshots } from './folders.ts';
import { isUsable } from './inspect.ts';
import type { Jobs } from './jobs.ts';
import type { Spare } from './spare.ts';
import { spareFolder } from './spare.ts';

const dayMs = 24 * 3_600_000;
const soonMs = 5 * 60_000;
const attempts = 2;
/** A copy that is larger than this is written anew after a scrub. */
const compactBytes = 8 << 20;

export interface Scrubber {
  last(): ScrubResult | null;
  /** Reads everything now. */
  run(): Promise<ScrubResult>;
  stop(): Promise<void>;
}

export function createScrubber(o: {
  stateDir: string;
  clock: Clock;
  log: Log;
  jobs: Jobs;
  database: Database;
  spare: Spare;
  journal: Journal;
  isRead: boolean;
  fail(error: unknown): void;
}): Scrubber {
  const stopping = new AbortController();
  let last: ScrubResult | null = null;
  let running: Promise<ScrubResult> | null = null;
  let timer: Timer | null = null;

  const scrub = async (): Promise<ScrubResult> => {
    let found = null;
    for (let attempt = 1; attempt <= attempts && found === null; attempt++) {
      const folder = join(o.stateDir, `${files.look}scrub`);
      await cloneLive(o.database.location, folder);
      const job = { folder, spareFolder: spareFolder(o.stateDir), mostMs: dayMs };
      found = await o.jobs
        .inspect(job, { isIdle: true, signal: stopping.signal })
        .finally(() => rm(folder, { recursive: true, force: true }));
    }
    const isGood = found !== null && isUsable(found) && found.damagedValues === 0;
    const why = isGood
      ? null
      : (found?.why ?? (found === null ? 'it aborts its reader' : 'something is missing'));
    return {
      ...{ atMs: o.clock.wallMs(), isGood, why, keys: found?.keys ?? 0, bytes: found?.bytes ?? 0 },
      ...{ missing: found?.missing ?? 0, damagedValues: found?.damagedValues ?? 0 },
    };
  };
  const run = async (): Promise<ScrubResult> => {
    last = await scrub();
    if (last.isGood) {
      await dropSnapshots(o.stateDir);
      if (o.spare.bytes > compactBytes) await o.spare.compact();
      return last;
    }
    o.log.error('the scrub has found damage', { ...last, why: last.why ?? undefined });
    await o.journal.note({
      ...{ who: 'store', role: 'system', from: 'box', kind: 'store.damaged' },
      text: {
        en: `Reading everything again has found damage (${last.why}). The store starts anew to recover.`,
        fr: `La relecture complète a trouvé des dommages (${last.why}). Le stockage redémarre pour réparer.`,
      },
      details: { ...last },
    });
    // Not an orderly stop: the next start looks at everything, and recovers.
    o.fail(
      new Failure(
        'INTERNAL',
        `the database is damaged (${last.why}); the next start recovers what can be read`,
      ),
    );
    return last;
  };
  const begin = (): Promise<ScrubResult> => {
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  };
  const schedule = (delayMs: number): void => {
    timer = o.clock.after(delayMs, () => {
      begin().then(
        () => schedule(dayMs),
        (error: unknown) => {
          if (!stopping.signal.aborted) o.fail(error);
        },
      );
    });
  };
  schedule(o.isRead ? dayMs : soonMs);
  return {
    last: () => last,
    run: begin,
    async stop() {
      timer?.stop();
      stopping.abort();
      await running?.catch(() => undefined);
    },
  };
}
