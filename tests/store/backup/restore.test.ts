import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type RestoreOptions, restore } from '../../../appliance/store/backup/restore.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { startProgram } from '../../helpers/programs.ts';
import { append, chunksOf, collect, fill, servedStore, valuesOf } from '../../helpers/store-backup.ts';
import { TestStore } from '../../helpers/store-parts.ts';

/** Removed by the store that opens it, when that has stopped. */
const folderOfStore = () => mkdtempSync(join(tmpdir(), 'nm-'));
const who = { who: 'anne', role: 'admin', from: 'console' };

function order(stateDir: string, bytes: Uint8Array, more: Partial<RestoreOptions> = {}): RestoreOptions {
  return {
    ...{ stateDir, source: chunksOf(bytes), replace: false, wallMs: 1.8e12, who: 'anne' },
    ...{ passphrase: async () => null, progress: () => undefined, ...more },
  };
}

async function filledBackup(t: TestContext, withTicks = false) {
  const served = await servedStore(t);
  await fill(served.test, withTicks);
  return { ...served, bytes: await collect(served.client.backup({ passphrase: null, ...who })) };
}

test('a backup that is made while samples come restores everything that was durable at its moment', async (t) => {
  const { test, client } = await servedStore(t);
  await fill(test);
  const durable = 1700;
  append(test, 1, durable, 50);
  const pieces: Uint8Array[] = [];
  let seq = durable + 50;
  for await (const piece of client.backup({ passphrase: 'long enough', ...who })) {
    pieces.push(piece);
    // Life goes on: new samples, new settings, new blocks, and segments of the log that are deleted.
    append(test, 1, seq, 10);
    seq += 10;
    await test.store.settings.put('look', { dark: seq });
    await test.store.turn();
  }
  const bytes = Buffer.concat(pieces);
  const stateDir = folderOfStore();
  const { keptIn } = await restore(order(stateDir, bytes, { passphrase: async () => 'long enough' }));
  assert.equal(keptIn, null);
  const again = await TestStore.open(t, { folder: stateDir });
  const { registry, dictionaries, settings, records, journal } = again.store;
  for (const machine of [1, 3]) {
    assert.deepEqual(dictionaries.of(machine), test.store.dictionaries.of(machine));
    const seqs = machine === 1 ? durable + 50 : durable;
    const expected = await valuesOf(test, machine, seqs);
    const present = expected[0]!.mean.filter((value) => value !== null);
    assert.equal(present.length, seqs, 'every tick is there to be compared');
    assert.deepEqual(await valuesOf(again, machine, seqs), expected, `machine ${machine}`);
  }
  const plain = (store: TestStore) =>
    store.store.registry
      .list()
      .map(({ machine, key, name, admittedMs }) => ({ machine, key, name, admittedMs }));
  assert.deepEqual(plain(again), plain(test));
  assert.deepEqual(settings.get('look'), { dark: true });
  assert.deepEqual((await records.get('users', 'anne'))?.value, { password: '$argon2id$secret' });
  assert.deepEqual((await records.get('watch.incidents', '7'))?.value, { open: true });
  assert.equal((await journal.verify()).broken, null);
  assert.equal((await journal.find({ kind: 'x.y' })).entries.length, 3);
  assert.equal((await journal.find({ kind: 'store.restored' })).entries[0]?.who, 'anne');
  const { machine } = await registry.admit({ key: 'd'.repeat(64), name: 'd', by: 'anne', local: false });
  assert.equal(machine, 4, 'no number is given twice');
  // A tick that is in the backup is known; one that came later is new.
  assert.deepEqual(append(again, 3, 1600, 200), []);
  assert.deepEqual([again.store.samples.counts.duplicates, again.store.samples.counts.ticks], [100, 100]);
  await again.restart();
  assert.equal((await again.store.journal.find({ kind: 'store.restored' })).entries.length, 1, 'said once');
});

test('a restored state that came without a log has lost none; later it would have', async (t) => {
  const { bytes } = await filledBackup(t);
  const stateDir = folderOfStore();
  await restore(order(stateDir, bytes));
  const again = await TestStore.open(t, { folder: withoutLog(stateDir) });
  const damaged = () => again.store.journal.find({ kind: 'store.damaged' });
  assert.equal((await again.store.journal.find({ kind: 'store.restored' })).entries.length, 1);
  assert.equal((await damaged()).entries.length, 0);
  await again.stop();
  withoutLog(stateDir);
  await again.start();
  assert.equal((await damaged()).entries.length, 1);
});

/** Neither segments nor what is known of them. */
function withoutLog(stateDir: string): string {
  const names = readdirSync(stateDir, { recursive: true, encoding: 'utf8' });
  for (const name of names) if (/(^|\/)wal\/[^/]+$/.test(name)) rmSync(join(stateDir, name));
  return stateDir;
}

test('an open backup holds no users, and says so', async (t) => {
  const { bytes } = await filledBackup(t);
  const stateDir = folderOfStore();
  const { ending } = await restore(order(stateDir, bytes));
  assert.deepEqual(ending.leftOut, { users: 1 });
  const again = await TestStore.open(t, { folder: stateDir });
  assert.equal(await again.store.records.get('users', 'anne'), null);
  assert.deepEqual((await again.store.records.get('watch.incidents', '7'))?.value, { open: true });
  const [entry] = (await again.store.journal.find({ kind: 'store.restored' })).entries;
  assert.match(entry?.text.en ?? '', /without users/);
});

test('what is damaged or cut is refused, and leaves nothing behind', async (t) => {
  const { bytes } = await filledBackup(t);
  const stateDir = temporaryFolder(t);
  for (const at of [3, 40, Math.floor(bytes.length / 2), bytes.length - 3]) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 4;
    await assert.rejects(restore(order(stateDir, changed)), { code: 'BAD_REQUEST' }, `byte ${at}`);
    await assert.rejects(restore(order(stateDir, bytes.subarray(0, at))), /not whole/);
    assert.deepEqual(readdirSync(stateDir), []);
  }
  await assert.rejects(restore(order(stateDir, bytes, { freeBytes: async () => 1000 })), /bytes free/);
  assert.deepEqual(readdirSync(stateDir), []);
});

test('a folder with data is refused; with replace its data are kept beside, whole', async (t) => {
  const { test, bytes } = await filledBackup(t, true);
  const other = await TestStore.open(t);
  await other.store.settings.put('look', 'other');
  await other.stop();
  const before = readdirSync(other.folder).sort();
  await assert.rejects(restore(order(other.folder, bytes)), { code: 'CONFLICT', message: /--replace/ });
  assert.deepEqual(readdirSync(other.folder).sort(), before);
  const { keptIn } = await restore(order(other.folder, bytes, { replace: true }));
  assert.deepEqual(readdirSync(keptIn!).sort(), before);
  await other.start();
  assert.deepEqual(other.store.settings.get('look'), { dark: true });
  assert.deepEqual(await valuesOf(other, 3, 1700), await valuesOf(test, 3, 1700));
  const kept = await TestStore.open(t, { folder: keptIn! });
  assert.deepEqual(kept.store.settings.get('look'), 'other');
  await kept.stop();
});

test('a restore that was cut before its end is nobody’s, one that was cut behind it is finished by the next start', async (t) => {
  const { bytes } = await filledBackup(t);
  const other = await TestStore.open(t);
  await other.store.settings.put('look', 'other');
  await other.stop();
  // Unfinished: the old state is what it was.
  mkdirSync(join(other.folder, 'restoring-abc', 'db'), { recursive: true });
  mkdirSync(join(other.folder, 'restore.lock'));
  writeFileSync(join(other.folder, 'restore.lock', 'CURRENT'), '');
  await other.start();
  assert.deepEqual(other.store.settings.get('look'), 'other');
  assert.ok(!existsSync(join(other.folder, 'restoring-abc')));
  assert.ok(!existsSync(join(other.folder, 'restore.lock')));
  await other.stop();
  // Whole, and cut after each rename that puts it in its place.
  const whole = temporaryFolder(t);
  for (const moved of [[], ['created', 'db']]) {
    const stateDir = folderOfStore();
    await restore(order(stateDir, bytes));
    mkdirSync(join(stateDir, 'restored'));
    for (const name of ['created', 'db', 'wal'])
      renameSync(join(stateDir, name), join(stateDir, 'restored', name));
    await restore(order(join(whole, `${moved.length}`), bytes));
    for (const name of ['created', 'db', 'wal'].filter((one) => !moved.includes(one)))
      renameSync(join(whole, `${moved.length}`, name), join(stateDir, name));
    const test = await TestStore.open(t, { folder: stateDir });
    assert.deepEqual(test.store.settings.get('look'), { dark: true });
    assert.ok(!existsSync(join(stateDir, 'restored')));
    await test.stop();
    // Of the last step: the place is free, some files are in it.
    mkdirSync(join(stateDir, 'restored.moving'));
    for (const name of moved) renameSync(join(stateDir, name), join(stateDir, 'restored.moving', name));
    await test.start();
    assert.deepEqual(test.store.settings.get('look'), { dark: true });
    await test.stop();
  }
});

test('one backup at a time, and each is told in the journal', async (t) => {
  const { test, client } = await servedStore(t);
  await fill(test, false);
  const order = { passphrase: null, ...who };
  const first = client.backup(order)[Symbol.asyncIterator]();
  await first.next();
  await assert.rejects(collect(client.backup(order)), { code: 'CONFLICT' });
  await assert.rejects(collect(client.backup({ ...order, passphrase: 'short' })), { code: 'BAD_REQUEST' });
  await first.return?.();
  for (let tries = 0; ; tries++) {
    const done = await collect(client.backup(order)).catch((error: unknown) =>
      tries > 100 ? Promise.reject(error) : null,
    );
    if (done !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const told = (await test.store.journal.find({ kind: 'store.backup' })).entries;
  assert.equal(told.at(0)?.who, 'anne');
});

test('a folder in which a store runs is refused, and the store goes on', async (t) => {
  const { bytes } = await filledBackup(t);
  const home = temporaryFolder(t);
  const env = { NETMONITOR_HOME: home, NETMONITOR_RUN: temporaryFolder(t) };
  const running = startProgram({ main: 'appliance/store/main.ts', env });
  t.after(() => running.end('SIGKILL'));
  await eventually('the store', () => running.said().includes('msg="ready"'));
  const stateDir = join(home, 'state', 'store');
  for (const replace of [false, true]) {
    await assert.rejects(restore(order(stateDir, bytes, { replace })), {
      code: 'STORE_LOCKED',
      message: /Stop it first/,
    });
  }
  assert.ok(!existsSync(join(stateDir, 'restore.lock')));
  assert.equal(await running.end(), 0, running.said());
});
