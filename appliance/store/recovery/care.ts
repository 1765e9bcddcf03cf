/** What keeps the database well while it is open: room on the disk, scrubbing, and the mark of an orderly stop. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { CareState, Lost } from '../client/types.ts';
import { openOptions } from '../database/database.ts';
import type { Journal } from '../journal/journal.ts';
import type { RecordWriter } from '../records/writer.ts';
import { markClean } from './clean-stop.ts';
import type { Jobs } from './jobs.ts';
import { noteRecovery, noteRoom } from './notes.ts';
import type { Recovered } from './recover.ts';
import { createRoom, type Room } from './room.ts';
import { createScrubber, type Scrubber } from './scrub.ts';

export interface Care {
  readonly room: Room;
  fail(error: unknown): void;
  /** For the writer: resolves when the database can be opened again. */
  roomToOpen(): Promise<void>;
  /** LevelDB takes nothing after an error until it has been opened again. */
  reopen(): Promise<void>;
  /** Resolves when it is open, should it be on the way to that. */
  opened(): Promise<void>;
  /** Does the reading a second time when it was caught in between. */
  again<T>(read: () => T | Promise<T>): Promise<T>;
  /** Says in the journal what was recovered and lost, and begins to look after the database. */
  begin(o: { writer: RecordWriter; journal: Journal; lost: readonly Lost[] }): Promise<void>;
  state(): CareState;
  scrub(): Promise<void>;
  /** Closes the database and says that it was closed well, unless something failed before. */
  close(): Promise<void>;
}

/** Manifest, log and what belongs to them. */
const bytesToOpen = 128 << 10;

export function createCare(o: {
  stateDir: string;
  ballastBytes: number;
  clock: Clock;
  log: Log;
  jobs: Jobs;
  recovered: Recovered;
  fail(error: unknown): void;
}): Care {
  const { database, spare, lost, notes, sums } = o.recovered;
  let hasFailed = false;
  let journal: Journal | null = null;
  let scrubber: Scrubber | null = null;
  const fail = (error: unknown) => {
    hasFailed = true;
    o.fail(error);
  };
  let reopening: Promise<void> | null = null;
  let reopenings = 0;
  /** Whoever reopens hears of a failure. */
  const opened = async () => {
    await reopening?.catch(() => undefined);
  };
  const room = createRoom({
    ...{ ...o, fail },
    onChange(isFull) {
      if (journal !== null) noteRoom(journal, isFull, o.log).catch(fail);
    },
  });
  return {
    room,
    fail,
    async roomToOpen() {
      await room.made(2 * (await logBytes(database.location)) + bytesToOpen);
    },
    reopen() {
      reopening = database
        .close()
        .then(() => database.open(openOptions))
        .finally(() => {
          reopenings++;
          reopening = null;
        });
      return reopening;
    },
    opened,
    async again(read) {
      const before = reopenings;
      await opened();
      try {
        return await read();
      } catch (error) {
        if (reopening === null && reopenings === before) throw error;
        await opened();
        return read();
      }
    },
    async begin({ writer, journal: opened, lost: more }) {
      journal = opened;
      await noteRecovery(journal, notes, o.log);
      if (more.length > 0) await writer.write(lost.add(more));
      scrubber = createScrubber({ ...o, database, spare, fail, journal, isRead: o.recovered.isRead });
    },
    state: () => ({ lost: [...lost.list()], scrub: scrubber?.last() ?? null, room: room.state() }),
    async scrub() {
      await scrubber?.run();
    },
    async close() {
      await scrubber?.stop();
      await room.stop();
      await database.close();
      await spare.close();
      if (hasFailed) return;
      await markClean(o.stateDir, sums, o.clock).catch((error: unknown) => {
        o.log.warn('the mark of an orderly stop cannot be written', { error: messageOf(error) });
      });
    },
  };
}

/** What opening writes into tables. */
async function logBytes(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  // LevelDB may have deleted one since.
  const sizes = names.map(async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
