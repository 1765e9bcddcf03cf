/** Writes of the record class: on disk before the promise resolves, many in one sync, in the order they came. */
import type { Database } from './database.ts';
import { createLogNames } from './log-names.ts';

export type Operation = { type: 'put'; key: Buffer; value: Buffer } | { type: 'del'; key: Buffer };

export interface RecordWriter {
  write(operations: readonly Operation[]): Promise<void>;
  /** Resolves when everything that was asked for is on disk. */
  settled(): Promise<void>;
}

/**
 * While one batch is being synced, all that arrives waits for the next. `fail` is called when a write fails:
 * an error means that nobody knows what is on disk, so that the process has to start anew.
 */
export function createRecordWriter(database: Database, fail: (error: unknown) => void): RecordWriter {
  let waiting: Operation[] = [];
  let next: Promise<void> | null = null;
  let current: Promise<void> = Promise.resolve();
  const logs = createLogNames(database.location);
  const keep = async (operations: Operation[]) => {
    await database.batch(operations, { sync: true });
    await logs.settle();
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
