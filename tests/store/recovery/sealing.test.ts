/** Blocks with a table of their own: what a cut leaves of them, and that they lie beside everything else. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { databaseAt, openOptions } from '../../../appliance/store/database/database.ts';
import { aboutKeys, blockKey, rangeOf } from '../../../appliance/store/keys.ts';
import type { Operation } from '../../../appliance/store/records/writer.ts';
import { beginSealing } from '../../../appliance/store/recovery/sealing.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { jobsHere } from '../../helpers/jobs-here.ts';
import { gauge, runA, TestStore, ticks } from '../../helpers/store-parts.ts';

const hourMs = 3_600_000;
const series = Array.from({ length: 8 }, (_, at) => gauge(`g${at}`));
const noise = (seq: number) => series.map((_, at) => (Math.imul(seq * 8 + at, 0x9e3779b1) >>> 8) % 100_003);

/** Some hours of noise, each sealed into a table. */
async function sealed(t: TestContext, hours: number) {
  const clock = new FakeClock(Date.UTC(2026, 0, 15, 12));
  const test = await TestStore.open(t, { clock, config: { seal_interval: hourMs } });
  const machine = await test.machineWith(series);
  const startMs = clock.wallMs();
  for (let hour = 0; hour < hours; hour++) {
    test.append([
      { machine, run: runA, wallAtZeroMs: startMs, trusted: true, ticks: ticks(hour * 720, 720, noise) },
    ]);
    await clock.advance(hourMs);
    await test.store.turn();
    await test.store.settings.put('mail', { hour });
  }
  return { test, machine, startMs };
}

type Table = { level: number; first: string; last: string };

/** As LevelDB tells of them: level by level, number:bytes[first .. last]. */
function tablesIn(text: string): Table[] {
  let level = 0;
  return text.split('\n').flatMap((line) => {
    level = Number(/^--- level (\d+) ---/.exec(line)?.[1] ?? level);
    const found = /^ \d+:\d+\['(.).*' @ \d+ : \d+ \.\. '(.).*' @ \d+ : \d+\]$/.exec(line);
    return found === null ? [] : [{ level, first: found[1]!, last: found[2]! }];
  });
}

test('a table has either blocks or records, and one of blocks is written once', async (t) => {
  const { test } = await sealed(t, 6);
  await test.stop();
  const database = databaseAt(`${test.folder}/db`);
  await database.open(openOptions);
  const { getProperty } = database as unknown as { getProperty(name: string): string };
  const tables = tablesIn(getProperty.call(database, 'leveldb.sstables'));
  await database.close();
  const block = String(rangeOf('block').gte);
  const blocks = tables.filter(({ first }) => first === block);
  assert.ok(
    blocks.every(({ last }) => last === block),
    JSON.stringify(tables),
  );
  assert.equal(blocks.length, 6);
  assert.ok(
    blocks.every(({ level }) => level === 2),
    'where nothing is merged any more',
  );
  assert.ok(tables.length > blocks.length);
});

test('asking whether the database answers makes it merge nothing', async (t) => {
  const { test } = await sealed(t, 2);
  for (let asked = 0; asked < 150; asked++) await test.store.records.probe();
  await test.stop();
  assert.doesNotMatch(readFileSync(`${test.folder}/db/LOG`, 'utf8'), /Compacting/);
});

test('blocks that were being written when the power went are taken back, and their ticks are sealed again', async (t) => {
  const { test, machine, startMs } = await sealed(t, 1);
  await test.stop();
  test.jobs = jobsHere;
  const key = blockKey(machine, startMs, runA, 0);
  const database = databaseAt(`${test.folder}/db`);
  await database.open(openOptions);
  const value = (await database.get(key))!;
  const orphan = blockKey(machine, startMs + hourMs, runA, 720);
  const put: Operation = { type: 'put', key: orphan, value };
  await database.batch([beginSealing([put]), put], { sync: true });
  await database.close();
  await test.start();
  assert.deepEqual(await keysOfBlocks(test), [key.toString('hex')]);
  assert.deepEqual(test.failures, []);
  assert.ok(!test.logged.some((line) => line.includes('level=error')), 'and nothing is said to be lost');
});

for (const damage of ['empty', 'missing'] as const) {
  test(`blocks that count stay when the log that says so is ${damage}`, async (t) => {
    const { test, machine, startMs } = await sealed(t, 2);
    await test.stop();
    test.jobs = jobsHere;
    const logs = readdirSync(`${test.folder}/db`).filter((name) => name.endsWith('.log'));
    for (const name of logs) {
      if (damage === 'empty') truncateSync(`${test.folder}/db/${name}`);
      else rmSync(`${test.folder}/db/${name}`);
    }
    await test.start();
    const kept = [0, 1].map((hour) =>
      blockKey(machine, startMs + hour * hourMs, runA, hour * 720).toString('hex'),
    );
    assert.deepEqual(await keysOfBlocks(test), kept);
    assert.deepEqual((await test.store.health()).care.lost, []);
    assert.deepEqual(test.store.samples.waiting().ticks, 0, 'and nothing of them is new again');
  });
}

async function keysOfBlocks(test: TestStore): Promise<string[]> {
  await test.stop();
  const database = databaseAt(`${test.folder}/db`);
  await database.open(openOptions);
  const keys = await database.keys(rangeOf('block')).all();
  assert.equal(await database.get(aboutKeys.sealing), undefined);
  await database.close();
  await test.start();
  return keys.map((key) => key.toString('hex'));
}
