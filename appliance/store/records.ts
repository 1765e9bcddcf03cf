/** What other daemons keep here (users, sessions, incidents, deliveries): JSON by namespace and key. */
import { anyJson, damaged, decodeChecked, encodeChecked } from './checked.ts';
import type { StoreRecord } from './client/types.ts';
import type { Database } from './database.ts';
import { aboutKeys, recordKey } from './keys.ts';
import type { RecordWriter } from './writer.ts';

export interface Records {
  /** null when there is none. */
  get(namespace: string, key: string): Promise<unknown>;
  list(namespace: string): Promise<StoreRecord[]>;
  put(namespace: string, key: string, value: unknown): Promise<void>;
  delete(namespace: string, key: string): Promise<void>;
  /** Resolves when the database answers. */
  probe(): Promise<void>;
}

export function createRecords(o: { database: Database; writer: RecordWriter }): Records {
  const named = (namespace: string, key: string) => `The record "${key}" of "${namespace}"`;
  return {
    async get(namespace, key) {
      const value = await o.database.get(recordKey(namespace, key));
      return value === undefined ? null : decodeChecked(value, named(namespace, key), anyJson);
    },
    async list(namespace) {
      const gte = recordKey(namespace, '');
      const lt = Buffer.from(gte);
      lt[lt.length - 1] = 1;
      const found: StoreRecord[] = [];
      for await (const [bytes, value] of o.database.iterator({ gte, lt })) {
        const key = bytes.subarray(gte.length).toString('utf8');
        found.push({ key, value: decodeChecked(value, named(namespace, key), anyJson) });
      }
      return found;
    },
    put: (namespace, key, value) =>
      o.writer.write([{ type: 'put', key: recordKey(namespace, key), value: encodeChecked(value) }]),
    delete: (namespace, key) => o.writer.write([{ type: 'del', key: recordKey(namespace, key) }]),
    async probe() {
      if ((await o.database.get(aboutKeys.birth)) === undefined) {
        throw damaged('The database', 'has lost its first record');
      }
    },
  };
}
