import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { openDatabase } from '../../../appliance/store/database/level.ts';
import { createRecordWriter } from '../../../appliance/store/records/writer.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

const put = (key: string, value: string) => ({
  type: 'put' as const,
  key: Buffer.from(key),
  value: Buffer.from(value),
});

test('writes that come while another is being synced share one, in their order', async (t) => {
  const database = await openDatabase({ stateDir: temporaryFolder(t), lockWaitMs: 0, clock: systemClock });
  let batches = 0;
  database.on('write', () => batches++);
  const writer = createRecordWriter(database, () => assert.fail('a write failed'));
  await Promise.all(Array.from({ length: 50 }, (_, index) => writer.write([put('same', String(index))])));
  assert.equal(String(await database.get(Buffer.from('same'))), '49');
  assert.ok(batches <= 2, `${batches} batches`);
  void writer.write([put('last', 'x')]);
  await writer.settled();
  assert.equal(String(await database.get(Buffer.from('last'))), 'x');
  await database.close();
});

test('a write that fails is told to its caller and to whoever ends the process', async (t) => {
  const database = await openDatabase({ stateDir: temporaryFolder(t), lockWaitMs: 0, clock: systemClock });
  const failures: unknown[] = [];
  const writer = createRecordWriter(database, (error) => failures.push(error));
  await database.close();
  await assert.rejects(writer.write([put('a', 'b')]), { code: 'LEVEL_DATABASE_NOT_OPEN' });
  assert.equal(failures.length, 1);
});
