/** What LevelDB writes anew of its own accord: what changes at each round of sealing, and not what rests. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { openDatabase } from '../../../appliance/store/database/level.ts';
import { blockKey, dictionaryKey, recordKey, seenKey } from '../../../appliance/store/keys.ts';
import { createRecordWriter, type Operation } from '../../../appliance/store/records/writer.ts';
import { openSpare, writeSpare } from '../../../appliance/store/recovery/spare.ts';
import { emptyState } from '../../../appliance/store/recovery/spare-state.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

const run = 'ab'.repeat(16);
const roundMs = 600_000;
/** No header of a block begins so. */
const noise = (bytes: number) => Buffer.concat([Buffer.alloc(32, 0xff), randomBytes(bytes)]);
const put = (key: Buffer, bytes: number): Operation => ({ type: 'put', key, value: noise(bytes) });

async function opened(t: TestContext) {
  const stateDir = temporaryFolder(t);
  const database = await openDatabase({ stateDir, lockWaitMs: 0, clock: systemClock });
  const spare = await openSpare(stateDir, {
    state: emptyState(),
    file: await writeSpare(stateDir, emptyState()),
  });
  t.after(async () => {
    await database.close();
    await spare.close();
  });
  const done = async () => undefined;
  const writer = createRecordWriter(database, () => assert.fail('a write failed'), {
    spare,
    made: done,
    reopen: done,
  });
  const round = (at: number) =>
    writer.seal([put(blockKey(1, at * roundMs, run, at), 2_000)], [put(seenKey(1), 200)]);
  const { getProperty } = database as unknown as { getProperty(name: string): string };
  return {
    ...{ writer, round },
    /** The first bytes of the keys of each table, by level. */
    tables: () => {
      const levels = getProperty.call(database, 'leveldb.sstables').split(/--- level \d ---\n/);
      return levels.slice(1).map((level) => level.match(/\['.|\.\. './g)?.map((one) => one.at(-1)));
    },
    /** So many bytes were merged so far. */
    merged: () =>
      [
        ...readFileSync(join(database.location, 'LOG'), 'utf8').matchAll(/Compacted .* => (\d+) bytes/g),
      ].reduce((sum, [, bytes]) => sum + Number(bytes), 0),
  };
}

test('what was written once is not written anew with what every round of sealing changes', async (t) => {
  const { writer, round, tables, merged } = await opened(t);
  await writer.write(Array.from({ length: 100 }, (_, index) => put(dictionaryKey(1, index), 2_000)));
  for (let at = 0; at < 6; at++) await round(at);
  const before = merged();
  for (let at = 6; at < 18; at++) await round(at);
  assert.ok(merged() - before < 20_000, `${merged() - before} bytes`);
  const [, merging, resting] = tables();
  assert.ok(merging === undefined || !merging.includes('d'), JSON.stringify(tables()));
  assert.ok(resting?.includes('d'), JSON.stringify(tables()));
});

test('records join those that rest when they are many, and only then', async (t) => {
  const { writer, round, merged } = await opened(t);
  await writer.write(Array.from({ length: 100 }, (_, index) => put(dictionaryKey(1, index), 6_000)));
  for (let at = 0; at < 6; at++) await round(at);
  const before = merged();
  await writer.write([put(recordKey('users', 'anna'), 60_000)]);
  for (let at = 6; at < 12; at++) await round(at);
  const few = merged() - before;
  await writer.write([put(recordKey('users', 'berta'), 60_000)]);
  for (let at = 12; at < 18; at++) await round(at);
  const many = merged() - before - few;
  assert.ok(few < 300_000, `${few} bytes`);
  assert.ok(many > 600_000, `${many} bytes`);
});
