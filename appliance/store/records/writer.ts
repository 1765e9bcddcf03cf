/** Writes of the record class: on disk before the promise resolves, many in one sync, in the order they came. */
import type { Log } from '../../runtime/log.ts';
import type { Database } from '../database/database.ts';
import { sortOf } from '../keys.ts';
import { createLogNames } from '../log/names.ts';
import { isDiskFull } from '../recovery/room.ts';
import type { Spare } from '../recovery/spare.ts';
import { numbering } from '../recovery/write-number.ts';

export type Operation = { type: 'put'; key: Buffer; value: Buffer } | { type: 'del'; key: Buffer };

export interface RecordWriter {
  write(operations: readonly Operation[]): Promise<void>;
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
  let current: Promise<void> = Promise.resolve();
  const logs = createLogNames(database.location);
  const tryOnce = async (operations: Operation[]) => {
    const seq = (backing?.spare.seq ?? 0) + 1;
    const numbered = backing === null ? operations : [...operations, numbering(seq, operations)];
    backing?.log?.debug('writing', {
      seq,
      puts: sortsIn('put', operations),
      deletes: sortsIn('del', operations),
    });
    await database.batch(numbered, { sync: true });
    await logs.settle();
    // After the database, so that what the copy has was there for certain.
    await backing?.spare.append(seq, operations);
    backing?.log?.debug('written', { seq });
  };
  const keep = async (operations: Operation[]) => {
    for (let isFull = false; ; ) {
      try {
        if (isFull) await backing?.reopen();
        return await tryOnce(operations);
      } catch (error) {
        if (backing === null || !isDiskFull(error)) throw error;
        await backing.made();
        isFull = true;
      }
    }
  };
  const flush = async () => {
    await current;
    const operations = waiting;
    waiting = [];
    next = null;
    current = keep(operations);
    return current;
  };
  return {
    write(operations) {
      waiting.push(...operations);
      if (next === null) {
        next = flush();
        next.catch(fail);
      }
      return next;
    },
    async settled() {
      await (next ?? current);
    },
  };
}

function sortsIn(type: Operation['type'], operations: readonly Operation[]): string {
  const sorts = new Set<string>();
  for (const operation of operations) if (operation.type === type) sorts.add(sortOf(operation.key));
  return [...sorts].join('+');
}
