/** Writes of the record class: on disk before the promise resolves, many in one sync, in the order they came. */
import type { Log } from '../../runtime/log.ts';
import type { Database } from '../database/database.ts';
import { restRecords, writeTable } from '../database/tables.ts';
import { sortOf } from '../keys.ts';
import { createLogNames } from '../log/names.ts';
import { isDiskFull } from '../recovery/room.ts';
import { beginSealing, endSealing } from '../recovery/sealing.ts';
import type { Spare } from '../recovery/spare.ts';
import { numbering } from '../recovery/write-number.ts';

export type Operation = { type: 'put'; key: Buffer; value: Buffer } | { type: 'del'; key: Buffer };

export interface RecordWriter {
  write(operations: readonly Operation[]): Promise<void>;
  /** New blocks, and the records that make them count. */
  seal(blocks: readonly Operation[], records: readonly Operation[]): Promise<void>;
  /** Nothing but blocks and coarse history. */
  writeHistory(operations: readonly Operation[]): Promise<void>;
  /** Resolves when everything that was asked for is on disk. */
  settled(): Promise<void>;
}

/** What stands behind the database. */
export type Backing = {
  spare: Spare;
  /** Resolves when there is room on the disk again. */
  made(): Promise<void>;
  reopen(): Promise<void>;
  /** Told when a write begins and when it is on disk. */
  log?: Pick<Log, 'debug'>;
};

/**
 * While one batch is being synced, all that arrives waits for the next. `fail` is called when a write fails:
 * an error means that nobody knows what is on disk, so that the process has to start anew. Only for a full disk it waits:
 * what is repeated then has the same effect.
 */
export function createRecordWriter(
  database: Database,
  fail: (error: unknown) => void,
  backing: Backing | null = null,
): RecordWriter {
  let waiting: Operation[] = [];
  let next: Promise<void> | null = null;
  let last: Promise<void> = Promise.resolve();
  /** What LevelDB may have in RAM: a table that held both would lie across all of history. */
  let holds: 'records' | 'history' | null = null;
  const logs = createLogNames(database.location);

  const tellOf = (operations: readonly Operation[], seq: number) =>
    backing?.log?.debug('writing', {
      seq,
      puts: sortsIn('put', operations),
      deletes: sortsIn('del', operations),
    });
  const hold = async (what: 'records' | 'history') => {
    const before = holds;
    if (before !== null && before !== what) await writeTable(database);
    holds = what;
    if (before === 'records' && what === 'history') await restRecords(database);
  };
  const writeSynced = async (operations: readonly Operation[], touched: readonly Operation[]) => {
    const seq = (backing?.spare.seq ?? 0) + 1;
    const numbered = backing === null ? operations : [...operations, numbering(seq, touched)];
    tellOf(touched, seq);
    await database.batch([...numbered], { sync: true });
    await logs.settle();
    // After the database, so that what the copy has was there for certain.
    await backing?.spare.append(seq, touched);
    backing?.log?.debug('written', { seq });
  };
  const sealOnce = async (blocks: readonly Operation[], records: readonly Operation[]) => {
    tellOf(blocks, (backing?.spare.seq ?? 0) + 1);
    await hold('records');
    await database.batch([beginSealing(blocks)]);
    await hold('history');
    await database.batch([...blocks]);
    await hold('records');
    await writeSynced([...records, endSealing], [...blocks, ...records]);
  };
  const keep = async (tryOnce: () => Promise<void>) => {
    for (let isFull = false; ; ) {
      try {
        if (isFull) await backing?.reopen();
        return await tryOnce();
      } catch (error) {
        if (backing === null || !isDiskFull(error)) throw error;
        await backing.made();
        isFull = true;
      }
    }
  };
  const inTurn = (tryOnce: () => Promise<void>): Promise<void> => {
    last = last.then(() => keep(tryOnce));
    last.catch(fail);
    return last;
  };
  const flush = (): Promise<void> => {
    let operations: Operation[] | null = null;
    return inTurn(async () => {
      if (operations === null) {
        operations = waiting;
        waiting = [];
        next = null;
      }
      await hold('records');
      await writeSynced(operations, operations);
    });
  };
  const write = (operations: readonly Operation[]): Promise<void> => {
    waiting.push(...operations);
    next ??= flush();
    return next;
  };
  return {
    write,
    seal: (blocks, records) =>
      blocks.length === 0 ? write(records) : inTurn(() => sealOnce(blocks, records)),
    writeHistory: (operations) =>
      inTurn(async () => {
        await hold('history');
        await writeSynced(operations, operations);
      }),
    async settled() {
      await last;
    },
  };
}

function sortsIn(type: Operation['type'], operations: readonly Operation[]): string {
  const sorts = new Set<string>();
  for (const operation of operations) if (operation.type === type) sorts.add(sortOf(operation.key));
  return [...sorts].join('+');
}
