/** Settings of the box by section, all in RAM; a damaged one stops the start, because a default would be a lie. */
import type { ChangeHub } from '../changes.ts';
import type { Database } from '../database/database.ts';
import { rangeOf, settingKey } from '../keys.ts';
import { anyJson, decodeChecked, encodeChecked } from './checked.ts';
import type { RecordWriter } from './writer.ts';

export interface Settings {
  load(): Promise<void>;
  /** null when it was never put. */
  get(section: string): unknown;
  put(section: string, value: unknown): Promise<void>;
}

export function createSettings(o: {
  database: Database;
  writer: RecordWriter;
  changes: ChangeHub;
}): Settings {
  const sections = new Map<string, unknown>();
  return {
    async load() {
      for await (const [key, value] of o.database.iterator(rangeOf('setting'))) {
        const section = key.subarray(1).toString('utf8');
        sections.set(
          section,
          decodeChecked(value, `The settings section "${section}" of ${o.database.location}`, anyJson),
        );
      }
    },
    get: (section) => sections.get(section) ?? null,
    async put(section, value) {
      sections.set(section, value);
      await o.writer.write([{ type: 'put', key: settingKey(section), value: encodeChecked(value) }]);
      o.changes.setting(section);
    },
  };
}
