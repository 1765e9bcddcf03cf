/** The marks beside the write-ahead log: what was marked is found again, whichever half of the file is damaged. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { files } from '../../../appliance/store/keys.ts';
import { pageBytes } from '../../../appliance/store/log/wal.ts';
import { openMarks } from '../../../appliance/store/recovery/wal-marks.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { gauge, runA, TestStore, ticks } from '../../helpers/store-parts.ts';

const mark = (segment: number, page: number) => ({
  segment,
  start: page * pageBytes,
  times: { fromMs: page * 30_000, toMs: page * 30_000 + 29_000 },
});

function folderWithLog(t: TestContext): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, files.writeAhead));
  return folder;
}

test('marks are found again without those of deleted segments, also when the last write of them is damaged', async (t) => {
  const folder = folderWithLog(t);
  const marks = await openMarks(folder);
  for (const one of [mark(1, 1), mark(1, 2), mark(2, 1)]) await marks.add(one);
  await marks.forget([1]);
  await marks.add(mark(2, 2));
  await marks.close();
  const again = await openMarks(folder);
  assert.deepEqual(again.found, [mark(2, 1), mark(2, 2)]);
  await again.close();
  damage(folder);
  const older = await openMarks(folder);
  assert.deepEqual(older.found, [mark(2, 1)]);
  await older.close();
});

/** In the slot that was written last: the one with the higher count. */
function damage(folder: string): void {
  const path = join(folder, files.marks);
  const bytes = readFileSync(path);
  const at = [0, 4096].sort((a, b) => bytes[b + 16]! - bytes[a + 16]!)[0]!;
  bytes[at + 20] = bytes[at + 20]! ^ 1;
  writeFileSync(path, bytes);
}

for (const added of [0, 1, 2]) {
  const what = `${added} marks and the second write that forgets`;
  test(`a cut within ${what} leaves what was synced before it, and never a segment forgotten earlier`, async (t) => {
    const folder = folderWithLog(t);
    const marks = await openMarks(folder);
    for (const one of [mark(1, 1), mark(2, 1), mark(3, 1)]) await marks.add(one);
    await marks.forget([1]);
    const later = [mark(3, 2), mark(3, 3)].slice(0, added);
    for (const one of later) await marks.add(one);
    await marks.forget([2]);
    await marks.close();
    damage(folder);
    const again = await openMarks(folder);
    assert.deepEqual(again.found, [mark(2, 1), mark(3, 1), ...later]);
    await again.settle(again.found);
    await again.close();
    damage(folder);
    const settled = await openMarks(folder);
    assert.deepEqual(settled.found, again.found, 'a start overwrites nothing that counts');
    await settled.close();
  });
}

test('what was synced last stays as it is, however many groups are marked behind it', async (t) => {
  const folder = folderWithLog(t);
  const slots = () => {
    const bytes = readFileSync(join(folder, files.marks));
    return [bytes.toString('hex', 0, 4096), bytes.toString('hex', 4096)];
  };
  const marks = await openMarks(folder);
  await marks.settle([mark(1, 1)]);
  for (let turn = 0; turn < 3; turn++) {
    const synced = slots();
    const touched = new Set<number>();
    for (let page = 2; page < 5; page++) {
      const before = slots();
      await marks.add(mark(turn + 2, page));
      for (const [slot, bytes] of slots().entries()) if (bytes !== before[slot]) touched.add(slot);
    }
    assert.equal(touched.size, 1, `turn ${turn}`);
    const [written] = touched;
    assert.equal(slots()[1 - written!], synced[1 - written!]);
    // The newer of the two is the one that was synced.
    assert.ok(Buffer.from(synced[1 - written!]!, 'hex')[16]! > Buffer.from(synced[written!]!, 'hex')[16]!);
    await marks.forget([turn + 1]);
  }
  await marks.close();
});

test('marks of an earlier version, which stand beside the log, are taken in and count until they are', async (t) => {
  const folder = folderWithLog(t);
  const former = await openMarks(folder);
  await former.add(mark(4, 1));
  await former.close();
  renameSync(join(folder, files.marks), join(folder, files.formerMarks));
  // What a cut has left of taking them in.
  writeFileSync(join(folder, files.marks), Buffer.alloc(100));
  const marks = await openMarks(folder);
  assert.deepEqual([marks.found, marks.isNew], [[mark(4, 1)], false]);
  await marks.close();
  assert.ok(!existsSync(join(folder, files.formerMarks)));
  const again = await openMarks(folder);
  assert.deepEqual(again.found, [mark(4, 1)]);
  await again.close();
});

test('more groups than there is room for leave the newest', async (t) => {
  const folder = folderWithLog(t);
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
  return {
    store,
    machine,
    segment: join(
      wal,
      readdirSync(wal)
        .sort()
        .findLast((name) => name.endsWith('.wal'))!,
    ),
  };
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

test('a log that is gone with all its marks is lost time, of which nobody knows when it was', async (t) => {
  const { store } = await logged(t);
  rmSync(join(store.folder, files.writeAhead), { recursive: true });
  await store.start();
  const { lost } = (await store.store.health()).care;
  assert.deepEqual(
    lost.map(({ machine, fromMs, why }) => [machine, fromMs, why]),
    [[null, 0, 'write-ahead log']],
  );
  await store.restart();
  assert.equal((await store.store.health()).care.lost.length, 1);
});
