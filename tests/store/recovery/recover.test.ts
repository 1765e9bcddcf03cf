/** A store whose files were damaged while it was down: it opens, gives back what it can, and names what it cannot. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { creationOptions, databaseAt, openOptions } from '../../../appliance/store/database/database.ts';
import { aboutKeys, rangeOf, settingKey } from '../../../appliance/store/keys.ts';
import type { Operation } from '../../../appliance/store/records/writer.ts';
import { childJobs } from '../../../appliance/store/recovery/jobs.ts';
import {
  encodeFrame,
  type Frame,
  readFrames,
  spareHeader,
} from '../../../appliance/store/recovery/spare-form.ts';
import { numbering, writeNumberOf } from '../../../appliance/store/recovery/write-number.ts';
import { jobsHere } from '../../helpers/jobs-here.ts';
import { gauge, runA, TestStore, ticks } from '../../helpers/store-parts.ts';

const startMs = Date.UTC(2026, 0, 15, 11);

/** Two blocks of a machine, a setting, a user, and a stop. */
async function written(t: TestContext): Promise<{ store: TestStore; machine: number; db: string }> {
  const store = await TestStore.open(t, { config: { seal_interval: 1000 } });
  const machine = await store.machineWith([gauge('value')]);
  for (const first of [0, 100]) {
    const entry = { machine, run: runA, wallAtZeroMs: startMs, trusted: true };
    store.append([{ ...entry, ticks: ticks(first, 100, (seq) => [seq]) }]);
    await store.store.turn();
    await store.store.samples.sealDue();
    await (store.clock as unknown as { advance(ms: number): Promise<void> }).advance(2000);
    await store.store.turn();
  }
  await store.store.settings.put('mail', { server: 'a' });
  await store.store.records.write([{ namespace: 'users', key: 'anna', value: { role: 'admin' } }]);
  await store.stop();
  store.jobs = jobsHere;
  return { store, machine, db: join(store.folder, 'db') };
}

async function valuesOf(store: TestStore, machine: number): Promise<(number | null)[]> {
  const range = { machine, names: ['value'], fromMs: startMs, toMs: startMs + 200 * 5000, points: 200 };
  const { columns } = await store.store.reader.range(range);
  return columns[0]!.mean;
}

async function changeDatabase(
  db: string,
  change: (database: ReturnType<typeof databaseAt>) => Promise<void>,
): Promise<void> {
  const database = databaseAt(db);
  await database.open(openOptions);
  await change(database);
  await database.close();
}

/** In files of its own: a deleted value may still stand in a table that has not been removed, and repair would find it. */
async function loseFirstBlock(db: string): Promise<void> {
  let kept: Operation[] = [];
  await changeDatabase(db, async (database) => {
    const [first] = await database.keys({ ...rangeOf('block'), limit: 1 }).all();
    const entries = (await database.iterator().all()).filter(([key]) => !key.equals(first!));
    kept = entries.map(([key, value]) => ({ type: 'put', key, value }));
  });
  rmSync(db, { recursive: true });
  const database = databaseAt(db);
  await database.open(creationOptions);
  await database.batch(kept, { sync: true });
  await database.close();
}

test('an orderly stop is opened without a look', async (t) => {
  const { store, machine } = await written(t);
  await store.start();
  assert.ok(!store.logged.some((line) => line.includes('looked at the database')));
  assert.equal((await valuesOf(store, machine))[150], 150);
});

test('a setting that was changed behind the back of the store is put back from the copy', async (t) => {
  const { store, db } = await written(t);
  await changeDatabase(db, (database) =>
    database.put(settingKey('mail'), Buffer.from('damaged'), { sync: true }),
  );
  await store.start();
  assert.deepEqual(store.store.settings.get('mail'), { server: 'a' });
  assert.equal((await store.store.journal.find({ kind: 'store.recovered' })).entries.length, 1);
});

test('a block that is gone is named by machine and time, in the answers too', async (t) => {
  const { store, machine, db } = await written(t);
  await loseFirstBlock(db);
  await store.start();
  const [lost] = (await store.store.health()).care.lost;
  assert.equal(lost?.machine, machine);
  assert.equal(lost!.fromMs <= startMs && lost!.toMs > startMs + 99 * 5000, true);
  const [note] = (await store.store.journal.find({ kind: 'store.damaged', machine })).entries;
  assert.match(note!.text.en, /Samples of this machine from 2026-01-15T11:00:00Z/);
  const range = { machine, names: ['value'], fromMs: startMs, toMs: startMs + 60_000, points: 10 };
  assert.equal((await store.store.reader.range(range)).damaged?.length, 1);
  assert.equal((await valuesOf(store, machine))[150], 150);
});

/** A bit of the first block, and what is done to the copy. */
async function damageBoth(store: TestStore, change: (copy: Buffer) => Buffer): Promise<void> {
  await changeDatabase(join(store.folder, 'db'), async (database) => {
    const [[key, value]] = (await database.iterator({ ...rangeOf('block'), limit: 1 }).all()) as [
      [Buffer, Buffer],
    ];
    value[value.length - 10] = value[value.length - 10]! ^ 1;
    await database.put(key, value, { sync: true });
  });
  const folder = join(store.folder, 'spare');
  const file = join(folder, readdirSync(folder)[0]!);
  writeFileSync(file, change(readFileSync(file)));
}

const flipped = (copy: Buffer, at: number) => {
  copy[at] = copy[at]! ^ 1;
  return copy;
};

const copies: Record<string, (copy: Buffer) => Buffer> = {
  'is damaged': (copy) => flipped(copy, 40),
  'has lost its last writes': (copy) => {
    const isOfBlock = ({ changes }: Frame) => changes.some(({ kind }) => kind === 'sum');
    const { frames } = readFrames(copy);
    const before = frames.slice(0, frames.findLastIndex(isOfBlock));
    return Buffer.concat([spareHeader, ...before.map(encodeFrame)]);
  },
  'was emptied': () => Buffer.alloc(0),
};

for (const [what, change] of Object.entries(copies)) {
  test(`a damaged block is named also when the copy ${what}, and nothing else is lost`, async (t) => {
    const { store, machine } = await written(t);
    await damageBoth(store, change);
    await store.start();
    const { lost } = (await store.store.health()).care;
    assert.deepEqual(
      lost.map((one) => [one.machine, one.fromMs, one.toMs >= startMs + 99 * 5000]),
      [[machine, startMs, true]],
    );
    const range = { machine, names: ['value'], fromMs: startMs, toMs: startMs + 60_000, points: 10 };
    assert.equal((await store.store.reader.range(range)).damaged?.length, 1);
    assert.equal((await valuesOf(store, machine))[150], 150);
    assert.deepEqual(store.store.settings.get('mail'), { server: 'a' });
    assert.deepEqual((await store.store.records.get('users', 'anna'))?.value, { role: 'admin' });
  });
}

test('what was deleted does not come back from an older database that is searched for a damaged block', async (t) => {
  const { store, machine, db } = await written(t);
  const older = join(store.folder, 'db.damaged-20260101T000000');
  cpSync(db, older, { recursive: true });
  await store.start();
  await store.store.records.write([{ namespace: 'users', key: 'anna', delete: true }]);
  await store.stop();
  await damageBoth(store, (copy) => flipped(copy, 40));
  await store.start();
  assert.equal(await store.store.records.get('users', 'anna'), null);
  assert.equal((await valuesOf(store, machine))[50], 50);
  assert.deepEqual((await store.store.health()).care.lost, []);
});

test('with database and copy lost in part, any time may be lost, and that is said', async (t) => {
  const { store, machine, db } = await written(t);
  await damageBoth(store, (copy) => flipped(copy, 40));
  const manifest = readdirSync(db).find((name) => name.startsWith('MANIFEST'))!;
  truncateSync(join(db, manifest), 60);
  await store.start();
  const { lost } = (await store.store.health()).care;
  assert.ok(lost.some((one) => one.machine === null && one.fromMs === 0));
  assert.equal((await valuesOf(store, machine))[150], 150);
  const said = (await store.store.journal.find({ kind: 'store.damaged' })).entries;
  assert.equal(said.filter(({ text }) => /come from older states/.test(text.en)).length, 1);
});

test('a block that the last write deleted is not missing, also when the copy was not told any more', async (t) => {
  const { store, db } = await written(t);
  await changeDatabase(db, async (database) => {
    const [key] = await database.keys({ ...rangeOf('block'), limit: 1 }).all();
    const { seq } = writeNumberOf(await database.get(aboutKeys.write))!;
    const deleted: Operation[] = [{ type: 'del', key: key! }];
    await database.batch([...deleted, numbering(seq + 1, deleted)], { sync: true });
  });
  await store.start();
  assert.deepEqual((await store.store.health()).care.lost, []);
  assert.deepEqual((await store.store.journal.find({ kind: 'store.damaged' })).entries, []);
});

test('a database whose folder is gone begins anew with users, settings and the next machine number', async (t) => {
  const { store, machine, db } = await written(t);
  rmSync(db, { recursive: true });
  await store.start();
  assert.deepEqual((await store.store.records.get('users', 'anna'))?.value, { role: 'admin' });
  assert.deepEqual(store.store.settings.get('mail'), { server: 'a' });
  assert.equal(store.store.registry.get(machine).name, 'pc');
  const next = await store.machineWith([], 'next');
  assert.equal(next, machine + 1);
  assert.equal((await store.store.health()).care.lost.length, 1);
});

test('a manifest that has lost its end gives up nothing', async (t) => {
  const { store, machine, db } = await written(t);
  const manifest = readdirSync(db).find((name) => name.startsWith('MANIFEST'))!;
  truncateSync(join(db, manifest), 60);
  // In the children of the product, once.
  store.jobs = childJobs;
  await store.start();
  const values = await valuesOf(store, machine);
  assert.deepEqual([values[10], values[150]], [10, 150]);
  assert.deepEqual((await store.store.health()).care.lost, []);
  assert.ok(
    existsSync(join(store.folder, readdirSync(store.folder).find((n) => n.startsWith('db.damaged-'))!)),
  );
});

test('a copy that is gone or damaged is made anew from the database', async (t) => {
  const { store, machine, db } = await written(t);
  const folder = join(store.folder, 'spare');
  const file = join(folder, readdirSync(folder)[0]!);
  const bytes = readFileSync(file);
  bytes[40] = bytes[40]! ^ 1;
  writeFileSync(file, bytes);
  await store.start();
  assert.equal((await valuesOf(store, machine))[150], 150);
  await store.stop();
  rmSync(folder, { recursive: true });
  await store.start();
  assert.equal((await valuesOf(store, machine))[150], 150);
  await store.stop();
  rmSync(db, { recursive: true });
  await store.start();
  assert.equal(store.store.registry.get(machine).name, 'pc');
});
