/** What other daemons keep here (users, sessions, incidents, deliveries): JSON by namespace and key, with versions. */
import { Failure } from '../../runtime/errors.ts';
import type { ChangeHub } from '../changes.ts';
import type { RecordPage, RecordQuery, RecordWrite, StoreRecord } from '../client/types.ts';
import type { Database } from '../database/database.ts';
import { aboutKeys, rangeOf, recordKey, recordName } from '../keys.ts';
import { anyJson, damaged, decodeChecked, encodeChecked } from './checked.ts';
import { createRecordRoom } from './room.ts';
import { type Stored, versionOf } from './version.ts';
import type { Operation, RecordWriter } from './writer.ts';

const mostOfPage = 1000;
const bytesOfPage = 4 * 2 ** 20;

/** Puts the operations on disk with what else must be there at once, or not at all. */
export type PutTogether = (operations: readonly Operation[]) => Promise<unknown>;

export interface Records {
  load(): Promise<void>;
  /** null when there is none. */
  get(namespace: string, key: string): Promise<{ value: unknown; version: string } | null>;
  /** In the order of the keys' bytes. */
  list(namespace: string, query?: RecordQuery): Promise<RecordPage>;
  /**
   * All of them or none, on disk before the answer: the new versions, null for what was deleted. CONFLICT, with the
   * path of the write, when one does not find the version that it asks for.
   */
  write(writes: readonly RecordWrite[], put?: PutTogether): Promise<(string | null)[]>;
  /** Resolves when the database answers. */
  probe(): Promise<void>;
}

export function createRecords(o: { database: Database; writer: RecordWriter; changes: ChangeHub }): Records {
  const room = createRecordRoom();
  /** What is on its way to the disk, by key: the next write has to look here first. */
  const pending = new Map<string, Stored>();
  let gate: Promise<unknown> = Promise.resolve();

  const named = (namespace: string, key: string) => `The record "${key}" of "${namespace}"`;
  const now = async (key: Buffer): Promise<Stored> => {
    const coming = pending.get(key.toString('latin1'));
    return coming === undefined ? ((await o.database.get(key)) ?? null) : coming;
  };

  /** Looks and enqueues, one caller at a time; whoever waits for the disk waits outside. */
  const enqueue = async (writes: readonly RecordWrite[]): Promise<Planned[]> => {
    const planned: Planned[] = [];
    const within = new Map<string, Stored>();
    for (const [at, write] of writes.entries()) {
      const key = recordKey(write.namespace, write.key);
      const name = key.toString('latin1');
      const before = within.has(name) ? within.get(name)! : await now(key);
      assertVersion(write, before, at);
      const after = 'value' in write ? encodeChecked(write.value) : null;
      within.set(name, after);
      planned.push({ ...write, key, name, after, grows: { before, after } });
    }
    room.take(planned.map((one) => ({ namespace: one.namespace, ...one.grows })));
    for (const { name, after } of planned) pending.set(name, after);
    return planned;
  };

  return {
    async load() {
      for await (const [key, value] of o.database.iterator(rangeOf('record'))) {
        room.add(recordName(key).namespace, value);
      }
    },
    async get(namespace, key) {
      const value = await o.database.get(recordKey(namespace, key));
      if (value === undefined) return null;
      return { value: decodeChecked(value, named(namespace, key), anyJson), version: versionOf(value) };
    },
    async list(namespace, { prefix = '', after, limit = mostOfPage } = {}) {
      const gte = recordKey(namespace, prefix);
      const range = {
        ...(after === undefined ? { gte } : { gt: recordKey(namespace, after > prefix ? after : prefix) }),
        lt: beyond(gte),
      };
      const records: StoreRecord[] = [];
      let bytes = 0;
      for await (const [found, value] of o.database.iterator(range)) {
        if (records.length >= limit || bytes > bytesOfPage) return { records, more: records.at(-1)!.key };
        const { key } = recordName(found);
        const version = versionOf(value);
        records.push({ key, value: decodeChecked(value, named(namespace, key), anyJson), version });
        bytes += value.length;
      }
      return { records, more: null };
    },
    async write(writes, put = o.writer.write) {
      const mine = gate.then(() => enqueue(writes));
      gate = mine.catch(() => undefined);
      const planned = await mine;
      const operations = planned.map(
        ({ key, after }): Operation =>
          after === null ? { type: 'del', key } : { type: 'put', key, value: after },
      );
      await put(operations);
      const versions = planned.map(({ after }) => (after === null ? null : versionOf(after)));
      for (const [at, { namespace, key, name, after }] of planned.entries()) {
        if (pending.get(name) === after) pending.delete(name);
        o.changes.record(namespace, recordName(key).key, versions[at]!);
      }
      return versions;
    },
    async probe() {
      // In the newest table of records: one in which LevelDB has often looked in vain it would merge with the others.
      if ((await o.database.get(aboutKeys.write)) === undefined) {
        throw damaged('The database', 'has lost the number of its last write');
      }
    },
  };
}

type Planned = {
  namespace: string;
  key: Buffer;
  name: string;
  after: Stored;
  grows: { before: Stored; after: Stored };
};

function assertVersion({ ifVersion, namespace, key }: RecordWrite, before: Stored, at: number): void {
  if (ifVersion === undefined) return;
  const found = before === null ? null : versionOf(before);
  if (found === ifVersion) return;
  const how = found === null ? 'does not exist' : ifVersion === null ? 'exists already' : 'has been changed';
  throw new Failure('CONFLICT', `the record "${key}" of "${namespace}" ${how}; read it again`, {
    path: `writes[${at}].ifVersion`,
  });
}

/** The least key above all that begin with this one. */
function beyond(prefix: Buffer): Buffer {
  const lt = Buffer.from(prefix);
  // Keys are UTF-8, whose bytes never are 255; the last one before a prefix is the zero after the namespace.
  lt[lt.length - 1] = lt[lt.length - 1]! + 1;
  return lt;
}
