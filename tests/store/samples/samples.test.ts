import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeBatch } from '../../../appliance/store/client/append.ts';
import type { AppendBatch } from '../../../appliance/store/client/types.ts';
import { encodeGroup, scanSegment } from '../../../appliance/store/log/wal.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { counter, gauge, runA, runB, TestStore, ticks } from '../../helpers/store-parts.ts';

const series = [gauge('g', 1), counter('c')];
const hourMs = 3_600_000;

function entry(machine: number, clock: FakeClock, more: Partial<AppendBatch[number]>): AppendBatch[number] {
  return { machine, run: runA, wallAtZeroMs: clock.wallMs() - hourMs, trusted: true, ticks: [], ...more };
}

test('what was appended is the latest value at once, before any commit', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  test.append([entry(machine, clock, { ticks: ticks(0, 3, (seq) => [seq * 10, seq * 1000]) })]);
  const tMs = clock.wallMs() - hourMs + 10_000;
  assert.deepEqual(test.store.samples.latest(machine), [
    { name: 'g', unit: '1', kind: 'gauge', value: 2, tMs },
    { name: 'c', unit: 'By', kind: 'counter', value: 2000, rate: 200, tMs },
  ]);
  assert.equal(test.store.committer.durable, 0);
  assert.equal(test.store.registry.get(machine).lastSampleMs, tMs);
});

test('a counter of another run has no rate until it has a second value', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith([counter('c')]);
  const entry = { machine, wallAtZeroMs: clock.wallMs(), trusted: true };
  const rates: (number | undefined)[] = [];
  for (const [run, runMs, value] of [
    [runA, 0, 1e9],
    [runA, 1000, 1e9 + 5],
    [runB, 1500, 10],
    [runA, 2000, 1e9 + 10],
    [runA, 3000, 1e9 + 12],
  ] as const) {
    test.append([{ ...entry, run, ticks: [{ seq: runMs, runMs, values: [value] }] }]);
    rates.push(test.store.samples.latest(machine)[0]!.rate);
  }
  assert.deepEqual(rates, [undefined, 5, undefined, undefined, 2]);
});

test('repeated, doubled and reordered batches have no effect', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  const all = ticks(0, 40, (seq) => [seq, seq * 7]);
  const pieces = [
    all.slice(20, 30),
    all.slice(0, 10),
    all.slice(15, 40),
    all.slice(0, 25),
    all,
    all.slice(39),
  ];
  for (const piece of pieces) test.append([entry(machine, clock, { ticks: piece })]);
  const { ticks: taken, duplicates } = test.store.samples.counts;
  assert.deepEqual([taken, duplicates], [40, pieces.flat().length - 40]);
  const range = { machine, names: ['g'], fromMs: clock.wallMs() - hourMs, toMs: clock.wallMs(), points: 1 };
  const [column] = (await test.store.reader.range(range)).columns;
  assert.deepEqual([column!.min[0], column!.mean[0], column!.max[0]], [0, 1.95, 3.9]);
});

test('ticks are known again after a restart, whether they were in the log or in a block', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  const batch = (first: number) => [entry(machine, clock, { ticks: ticks(first, 10, (seq) => [seq, seq]) })];
  test.append(batch(0));
  await clock.advance(2 * hourMs);
  await test.store.turn();
  assert.equal(test.store.samples.counts.blocks, 1);
  test.append(batch(10));
  await test.store.turn();
  await test.restart();
  assert.equal(test.store.samples.waiting().ticks, 10, 'only what is in no block waits again');
  for (const first of [0, 5, 10]) test.append(batch(first));
  assert.equal(test.store.samples.waiting().ticks, 10);
  assert.equal(test.store.samples.latest(machine)[0]!.value, 1.9);
});

test('a tick that was lost with the RAM is new when it comes again, also after its neighbours were sealed', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  const append = (first: number) =>
    test.append([entry(machine, clock, { ticks: ticks(first, 1, (seq) => [seq, seq]) })]);
  append(0);
  await clock.advance(2 * hourMs);
  // Behind whatever the loop has begun: LevelDB must not delete files that are being copied.
  await test.store.turn();
  append(1);
  // What a killed process leaves: the database as it is, the log without what was not committed.
  const lost = mkdtempSync(join(tmpdir(), 'nm-'));
  cpSync(test.folder, lost, { recursive: true, filter: (path) => !path.endsWith('LOCK') });
  const after = await TestStore.open(t, { folder: lost, clock });
  const again = [
    entry(machine, clock, {
      wallAtZeroMs: clock.wallMs() - 3 * hourMs,
      ticks: ticks(0, 2, (seq) => [seq, seq]),
    }),
  ];
  after.append(again);
  assert.deepEqual([after.store.samples.counts.ticks, after.store.samples.counts.duplicates], [1, 1]);
});

test('the segments of the log go when all their ticks are in blocks, and not before', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock, config: { segment_bytes: 4096, commit_bytes: 4096 } });
  const early = await test.machineWith(series, 'early');
  const segments = () => test.store.committer.segments().size;
  for (let round = 0; round < 36; round++) {
    test.append([
      entry(early, clock, {
        wallAtZeroMs: clock.wallMs() - 3 * hourMs,
        ticks: ticks(round * 60, 60, (seq) => [(seq * 7919) % 1000, (seq * seq * 7919) % 1e12]),
      }),
    ]);
    await test.store.committer.commit();
  }
  const { oldestSegment } = test.store.samples;
  assert.ok(segments() > 2, `${segments()} segments`);
  await test.store.committer.release(oldestSegment());
  assert.ok(segments() > 2, 'nothing is sealed yet');
  await clock.advance(2 * hourMs);
  await test.store.turn();
  assert.equal(segments(), 1);
  await test.restart();
  assert.equal(test.store.samples.waiting().ticks, 0);
  const range = { machine: early, names: ['c'], fromMs: 0, toMs: clock.wallMs() * 2, points: 1 };
  assert.ok((await test.store.reader.range(range)).columns[0]!.mean[0]);
});

test('machines that are not admitted, series that are not named and ticks that are too old are refused', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  const nine = clock.wallMs() - 9 * 24 * hourMs;
  const answer = test.append([
    entry(77, clock, { ticks: ticks(0, 1, () => [1]) }),
    entry(machine, clock, { ticks: ticks(0, 1, () => [1, 2, 3]) }),
    entry(machine, clock, { wallAtZeroMs: nine, ticks: ticks(0, 2, () => [1, 2]) }),
    entry(machine, clock, { ticks: ticks(5, 1, () => [1, 2]) }),
  ]);
  assert.deepEqual(answer.refused, [
    { machine: 77, code: 'NOT_FOUND' },
    { machine, code: 'UNKNOWN_SERIES' },
    { machine, code: 'TOO_OLD', path: '[2].ticks[0].runMs' },
  ]);
  assert.deepEqual([test.store.samples.counts.ticks, test.store.samples.counts.refused], [1, 4]);
});

test('nothing is too old while a clock is not trusted', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock, config: { clock: 'untrusted' } });
  const machine = await test.machineWith(series);
  const answer = test.append([entry(machine, clock, { wallAtZeroMs: 0, ticks: ticks(0, 2, () => [1, 2]) })]);
  assert.deepEqual(answer.refused, []);
});

test('late ticks do not change the latest values, and are in history', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  test.append([entry(machine, clock, { ticks: ticks(100, 1, () => [50, 1]) })]);
  test.append([entry(machine, clock, { run: runB, ticks: ticks(1, 1, () => [990, 1]) })]);
  assert.equal(test.store.samples.latest(machine)[0]!.value, 5);
  const range = { machine, names: ['g'], fromMs: clock.wallMs() - hourMs, toMs: clock.wallMs(), points: 1 };
  assert.equal((await test.store.reader.range(range)).columns[0]!.max[0], 99);
});

test('the last values of a machine that is away are there after a restart', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  test.append([entry(machine, clock, { ticks: ticks(0, 3, (seq) => [seq * 10, seq * 1000]) })]);
  const before = test.store.samples.latest(machine);
  await clock.advance(2 * hourMs);
  await test.store.turn();
  await test.restart();
  await test.store.warmed;
  assert.deepEqual(test.store.samples.latest(machine), before);
});

test('a damaged group of the log is said in the journal, once, and costs its machines what follows it closely', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  const other = await test.machineWith(series, 'other');
  for (let group = 0; group < 3; group++) {
    test.append([entry(machine, clock, { ticks: ticks(group * 60, 60, (seq) => [seq, seq]) })]);
    if (group > 0) test.append([entry(other, clock, { ticks: ticks(group, 1, (seq) => [seq, seq]) })]);
    await test.store.committer.commit();
  }
  await test.stop();
  const wal = join(test.folder, 'wal');
  const path = join(wal, readdirSync(wal)[0]!);
  const bytes = readFileSync(path);
  bytes[4096 + 30] = bytes[4096 + 30]! ^ 4;
  writeFileSync(path, bytes);
  await test.start();
  assert.equal(test.store.samples.waiting().ticks, 2 * 60 + 2);
  assert.equal((await test.store.journal.find({ kind: 'store.damaged' })).entries.length, 1);
  assert.ok(readdirSync(wal).some((name) => name.endsWith('.damaged')));
  await test.restart();
  assert.equal((await test.store.journal.find({ kind: 'store.damaged' })).entries.length, 1);
});

test('an unfinished group at the end of the log is cut off without harm', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  test.append([entry(machine, clock, { ticks: ticks(0, 1, () => [1, 1]) })]);
  await test.stop();
  const wal = join(test.folder, 'wal');
  const path = join(wal, readdirSync(wal)[0]!);
  const bytes = readFileSync(path);
  const torn = encodeGroup({ segment: 1, index: 1 }, [Buffer.alloc(6000, 1)]);
  torn.subarray(0, 4096).copy(bytes, scanSegment(bytes, 1).end);
  writeFileSync(path, bytes);
  await test.start();
  assert.equal(test.store.samples.waiting().ticks, 1);
  assert.ok(test.logged.some((line) => line.includes('level=warn') && line.includes(`bytes=${torn.length}`)));
  await test.restart();
  assert.equal(test.store.samples.waiting().ticks, 1);
  assert.deepEqual((await test.store.journal.find({ kind: 'store.damaged' })).entries, []);
  assert.equal(
    test.logged.filter((line) => line.includes(`bytes=${torn.length}`)).length,
    1,
    'it is gone now',
  );
});

test('an older segment that ends too early is damage', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  test.append([entry(machine, clock, { ticks: ticks(0, 1, () => [1, 1]) })]);
  await test.restart();
  await test.stop();
  const wal = join(test.folder, 'wal');
  const [first] = readdirSync(wal).sort();
  truncateSync(join(wal, first!), 40);
  await test.start();
  assert.equal(test.store.samples.waiting().ticks, 0);
  assert.equal((await test.store.journal.find({ kind: 'store.damaged' })).entries.length, 1);
});

test('a body in the log that this version cannot read does not keep the store from starting', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  test.append([entry(machine, clock, { ticks: ticks(0, 1, () => [1, 1]) })]);
  await test.stop();
  const wal = join(test.folder, 'wal');
  const [segment] = readdirSync(wal);
  const bytes = readFileSync(join(wal, segment!));
  const { end, groups } = scanSegment(bytes, 1);
  encodeGroup({ segment: 1, index: groups.length }, [Buffer.from('from the future')]).copy(bytes, end);
  writeFileSync(join(wal, segment!), bytes);
  await test.start();
  assert.equal(test.store.samples.waiting().ticks, 1);
  assert.equal((await test.store.journal.find({ kind: 'store.damaged' })).entries.length, 1);
});

test('a body that does not fit is refused as a whole', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  const body = encodeBatch([entry(machine, clock, { ticks: ticks(0, 5, () => [1, 1]) })]);
  for (const wrong of [
    body.subarray(0, body.length - 1),
    Buffer.concat([body, Buffer.from([0])]),
    Buffer.from([9]),
  ]) {
    assert.throws(() => test.store.samples.append(wrong, test.store.committer), { name: 'Malformed' });
  }
  assert.equal(test.store.samples.counts.ticks, 0);
  assert.equal(test.store.committer.appended, 0);
});
