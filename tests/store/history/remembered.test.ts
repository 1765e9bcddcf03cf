import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Remembered } from '../../../appliance/store/history/remembered.ts';
import { HistoryParts } from '../../helpers/history-parts.ts';
import { counter, gauge, runA, ticks } from '../../helpers/store-parts.ts';

const key = (name: number) => Buffer.from([name, 200, 0, 255]);
const block = (name: number, crc = 1) => ({ key: key(name), crc, spanMs: 0 });
const times = Float64Array.from({ length: 720 }, (_, at) => 1e12 + 0.5 + at * 5000);
const column = (factor: number) => times.map((_, at) => (at % 50 === 3 ? Number.NaN : at * factor));

test('what is remembered is what was decoded, of that block and those series only', () => {
  const remembered = new Remembered();
  remembered.keep(block(1), [4, 9], { times, columns: [column(3), column(0.1)] });
  remembered.keep(block(1), [9, 2], { times, columns: [column(7), column(5)] });
  assert.deepEqual(remembered.find(block(1), [2, 4, 9]), {
    times,
    columns: [column(5), column(3), column(0.1)],
  });
  assert.equal(remembered.find(block(1), [4, 5]), null);
  assert.equal(remembered.find(block(2), [4]), null);
  assert.equal(remembered.find(block(1, 2), [4]), null, 'other bytes under the same key');
  remembered.keep(block(1, 2), [4], { times, columns: [column(8)] });
  assert.deepEqual(remembered.find(block(1, 2), [4])?.columns, [column(8)]);
  assert.equal(remembered.find(block(1, 2), [9]), null);
});

test('series count as asked for again while others are few', () => {
  const remembered = new Remembered();
  assert.equal(remembered.isAskedAgain(1, [2, 3]), false);
  assert.equal(remembered.isAskedAgain(12, [3]), false);
  assert.equal(remembered.isAskedAgain(1, [2, 3]), true);
  for (let index = 0; index < 256; index++) assert.equal(remembered.isAskedAgain(5, [index]), false);
  assert.equal(remembered.isAskedAgain(1, [2, 3]), false);
  assert.equal(remembered.isAskedAgain(5, [255]), true);
});

test('it stays within its bytes, and forgets what was not asked for longest', () => {
  const most = 40_000;
  const remembered = new Remembered(most);
  for (let name = 0; name < 200; name++) {
    remembered.keep(block(name), [0], { times, columns: [column(name)] });
    assert.ok(remembered.byteLength <= most);
    assert.ok(remembered.find(block(0), [0]) !== null, 'it is asked for again and again');
  }
  assert.ok(remembered.find(block(199), [0]) !== null);
  assert.equal(remembered.find(block(100), [0]), null);
});

test('a question asked again is answered from memory, with what came since', async (t) => {
  const parts = await HistoryParts.open(t, [gauge('g', 1), counter('c')]);
  const startMs = Date.UTC(2026, 0, 15);
  const run = { machine: 5, run: runA, wallAtZeroMs: startMs };
  const values = (seq: number) => [seq % 7, seq * 3];
  await parts.seal(run, ticks(0, 700, values));
  const query = { machine: 5, names: ['g', 'c'], fromMs: startMs, toMs: startMs + 8_000_000 };
  const ask = async () => ({
    page: await parts.reader.exportPage({ ...query, tier: 'raw' }),
    range: await parts.reader.range({ ...query, points: 100 }),
  });
  const first = await ask();
  assert.deepEqual(await ask(), first);
  const read: number[] = [];
  const { getMany } = parts.database;
  parts.database.getMany = ((keys: Buffer[], options: object) => {
    read.push(keys.length);
    return getMany.call(parts.database, keys, options);
  }) as typeof getMany;
  assert.deepEqual(await ask(), first);
  assert.deepEqual(read, []);
  await parts.seal(run, ticks(700, 700, values));
  const { page } = await ask();
  assert.deepEqual(read, [1], 'only the new block, and that once');
  assert.deepEqual(page.times.slice(0, 700), first.page.times);
  assert.equal(page.times.length, 1400);
  assert.deepEqual(
    page.columns[1]!.values,
    [...Array(1400).keys()].map((seq) => seq * 3),
  );
});

test('what has become minutes is not counted again from memory, though the list of blocks still has it', async (t) => {
  const parts = await HistoryParts.open(t, [gauge('g', 1), counter('c')]);
  const hourMs = 3_600_000;
  const startMs = Date.UTC(2026, 0, 15);
  await parts.seal(
    { machine: 5, run: runA, wallAtZeroMs: startMs },
    ticks(0, 720, (seq) => [seq % 7, seq * 3]),
  );
  const query = {
    machine: 5,
    names: ['g', 'c'],
    fromMs: startMs,
    toMs: startMs + hourMs,
    tier: 'minute' as const,
  };
  for (const _ of [1, 2, 3]) await parts.reader.exportPage({ ...query, tier: 'raw' });
  const before = await parts.reader.exportPage(query);
  const listed = parts.expected.blocksOf(5, 0, 2 ** 47);
  await parts.age({ rawMs: hourMs, minutesMs: 90 * hourMs, tensMs: 900 * hourMs }, startMs + 20 * hourMs);
  assert.deepEqual(parts.expected.blocksOf(5, 0, 2 ** 47), []);
  for (const one of listed) parts.expected.put(one);
  const after = await parts.reader.exportPage(query);
  assert.deepEqual({ ...after, damaged: undefined }, { ...before, damaged: undefined });
});
