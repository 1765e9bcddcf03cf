/** The marks beside the write-ahead log: what was marked is found again, whichever half of the file is damaged. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pageBytes } from '../../../appliance/store/log/wal.ts';
import { openMarks } from '../../../appliance/store/recovery/wal-marks.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { gauge, runA, TestStore, ticks } from '../../helpers/store-parts.ts';

const mark = (segment: number, page: number) => ({
  segment,
  start: page * pageBytes,
  times: { fromMs: page * 30_000, toMs: page * 30_000 + 29_000 },
});

test('marks are found again without those of deleted segments, also when the last write of them is damaged', async (t) => {
  const folder = temporaryFolder(t);
  const marks = await openMarks(folder);
  for (const one of [mark(1, 1), mark(1, 2), mark(2, 1)]) await marks.add(one);
  await marks.forget([1]);
  await marks.add(mark(2, 2));
  await marks.close();
  const again = await openMarks(folder);
  assert.deepEqual(again.found, [mark(2, 1), mark(2, 2)]);
  await again.close();
  const bytes = readFileSync(join(folder, 'marks'));
  bytes[4096 + 20] = bytes[4096 + 20]! ^ 1;
  writeFileSync(join(folder, 'marks'), bytes);
  const older = await openMarks(folder);
  assert.deepEqual(older.found, [mark(2, 1)]);
  await older.close();
});

test('more groups than there is room for leave the newest', async (t) => {
  const folder = temporaryFolder(t);
  const marks = await openMarks(folder);
  for (let start = 0; start < 1000; start++) await marks.add(mark(1, start));
  await marks.close();
  const again = await openMarks(folder);
  assert.ok(again.found.length > 200);
  assert.deepEqual(again.found.at(-1), mark(1, 999));
  await again.close();
});

async function logged(t: TestContext): Promise<{ store: TestStore; machine: number; segment: string }> {
  const store = await TestStore.open(t);
  const machine = await store.machineWith([gauge('value')]);
  const wallAtZeroMs = store.clock.wallMs() - 3_600_000;
  for (const first of [0, 50]) {
    store.append([
      { machine, run: runA, wallAtZeroMs, trusted: true, ticks: ticks(first, 50, (seq) => [seq]) },
    ]);
    await store.store.turn();
  }
  await store.stop();
  const wal = join(store.folder, 'wal');
  return { store, machine, segment: join(wal, readdirSync(wal).sort().at(-1)!) };
}

async function lostOf(store: TestStore): Promise<{ machine: number | null; seconds: number[] }[]> {
  const zeroMs = store.clock.wallMs() - 3_600_000;
  const { lost } = (await store.store.health()).care;
  return lost.map(({ machine, fromMs, toMs }) => ({
    machine,
    seconds: [fromMs, toMs].map((ms) => Math.floor((ms - zeroMs) / 1000)),
  }));
}

test('a log that ends between two groups, earlier than it did, is lost time with its dates', async (t) => {
  const { store, segment } = await logged(t);
  const second = readFileSync(segment).lastIndexOf('NMGR');
  truncateSync(segment, second);
  await store.start();
  assert.deepEqual(await lostOf(store), [{ machine: null, seconds: [250, 495] }]);
  await store.restart();
  assert.equal((await lostOf(store)).length, 1);
  const { entries } = await store.store.journal.find({ kind: 'store.damaged' });
  assert.equal(entries.length, 1, 'said once');
});

test('a segment that is gone is lost time with its dates', async (t) => {
  const { store, segment } = await logged(t);
  rmSync(segment);
  await store.start();
  assert.deepEqual(await lostOf(store), [{ machine: null, seconds: [0, 495] }]);
});
