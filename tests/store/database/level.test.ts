import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { openDatabase } from '../../../appliance/store/database/level.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

const opened = (stateDir: string) => openDatabase({ stateDir, lockWaitMs: 0, clock: systemClock });

test('a marker whose database is gone is damage, and nothing is made in its place', async (t) => {
  const stateDir = temporaryFolder(t);
  await (await opened(stateDir)).close();
  rmSync(join(stateDir, 'db'), { recursive: true });
  await assert.rejects(opened(stateDir), { code: 'STORE_DAMAGED', message: /db is missing.*backup/s });
  assert.equal(existsSync(join(stateDir, 'db')), false);
});

test('an empty folder in the place of the database is damage, not a reason for a new one', async (t) => {
  const stateDir = temporaryFolder(t);
  await (await opened(stateDir)).close();
  rmSync(join(stateDir, 'db'), { recursive: true });
  mkdirSync(join(stateDir, 'db'));
  await assert.rejects(opened(stateDir), { code: 'STORE_DAMAGED' });
  assert.equal(existsSync(join(stateDir, 'db', 'CURRENT')), false);
});

test('what LevelDB told of its last process is not kept', async (t) => {
  const stateDir = temporaryFolder(t);
  for (let round = 0; round < 2; round++) await (await opened(stateDir)).close();
  const names = readdirSync(join(stateDir, 'db'));
  assert.deepEqual([names.includes('LOG'), names.includes('LOG.old')], [true, false]);
});

test('the database of another state folder is not taken', async (t) => {
  const [mine, other] = [temporaryFolder(t), temporaryFolder(t)];
  for (const folder of [mine, other]) await (await opened(folder)).close();
  rmSync(join(mine, 'db'), { recursive: true });
  cpSync(join(other, 'db'), join(mine, 'db'), { recursive: true });
  await assert.rejects(opened(mine), { code: 'STORE_DAMAGED', message: /another state folder/ });
});

test('a database without its CURRENT file stays as it is', async (t) => {
  const stateDir = temporaryFolder(t);
  await (await opened(stateDir)).close();
  rmSync(join(stateDir, 'db', 'CURRENT'));
  const before = readdirSync(join(stateDir, 'db')).filter((name) => name.endsWith('.ldb'));
  await assert.rejects(opened(stateDir), { code: 'STORE_DAMAGED' });
  const after = readdirSync(join(stateDir, 'db')).filter((name) => name.endsWith('.ldb'));
  assert.deepEqual(after, before);
});

test('a database that another process has open is waited for, then named', async (t) => {
  const stateDir = temporaryFolder(t);
  const first = await opened(stateDir);
  await assert.rejects(opened(stateDir), { code: 'STORE_LOCKED', message: /in use by another process/ });
  const waiting = openDatabase({ stateDir, lockWaitMs: 60_000, clock: systemClock });
  await first.close();
  await (await waiting).close();
});

test('waiting for a lock ends when the start is given up', async (t) => {
  const stateDir = temporaryFolder(t);
  const first = await opened(stateDir);
  const signal = AbortSignal.timeout(50);
  await assert.rejects(openDatabase({ stateDir, lockWaitMs: 600_000, clock: systemClock, signal }), {
    code: 'CLOSED',
  });
  await first.close();
});
