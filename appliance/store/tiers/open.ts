/** History put together: what is known of it, and what keeps it within its ages and its budget. */
import { statfs } from 'node:fs/promises';
import type { Config } from '../../runtime/config.ts';
import type { Log } from '../../runtime/log.ts';
import type { HistoryHealth } from '../client/types.ts';
import type { BoxClock } from '../clock/trust.ts';
import type { Undated } from '../clock/undated.ts';
import type { storeConfig } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { Journal } from '../journal/journal.ts';
import type { Dictionaries } from '../records/dictionary.ts';
import type { RecordWriter } from '../records/writer.ts';
import type { BlockIndex } from '../recovery/block-index.ts';
import type { LostTimes } from '../recovery/lost.ts';
import { noteLost } from '../recovery/notes.ts';
import type { Room } from './budget.ts';
import { CoarseHistory } from './coarse.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { Roller } from './roll.ts';

export type HistoryOptions = {
  stateDir: string;
  config: Config<typeof storeConfig>;
  database: Database;
  writer: RecordWriter;
  dictionaries: Dictionaries;
  undated: Undated;
  expected: BlockIndex;
  journal: Journal;
  lost: LostTimes;
  clock: BoxClock;
  log: Log;
  ownBytes(): Promise<number>;
  /** Of the file system; asked of the operating system if not given. */
  room?: (() => Promise<Room>) | undefined;
};

export type OpenHistory = { coarse: CoarseHistory; keeper: Keeper; health(): HistoryHealth };

export async function openHistory(o: HistoryOptions): Promise<OpenHistory> {
  const { config, clock } = o;
  const coarse = new CoarseHistory(o.database, o.expected);
  await coarse.load();
  const keeper = createKeeper({
    ...o,
    history: coarse,
    roller: new Roller({
      ...{ ...o, history: coarse, pause: nextTurn },
      async onLost(place) {
        const loss = { ...place, why: 'damage' };
        await o.writer.write(o.lost.add([loss]));
        await noteLost(o.journal, [loss], o.log);
      },
    }),
    ages: { rawMs: config.keep_raw, minutesMs: config.keep_minutes, tensMs: config.keep_tens },
    budgetBytes: config.disk_budget,
    room: o.room ?? (() => roomOf(o.stateDir)),
    ageNowMs: () => clock.ageNowMs(),
  });
  return {
    ...{ coarse, keeper },
    health: () => ({
      ...keeper.counts,
      minutesFromMs: coarse.extent('minute')?.firstMs ?? null,
      tensFromMs: coarse.extent('ten')?.firstMs ?? null,
    }),
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function roomOf(folder: string): Promise<Room> {
  const { blocks, bavail, bsize } = await statfs(folder);
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
}
