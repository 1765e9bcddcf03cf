import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { createDatabase, creationSteps } from '../../appliance/store/creation.ts';
import { openDatabase } from '../../appliance/store/level.ts';
import { temporaryFolder } from '../helpers/folder.ts';

const opened = (stateDir: string) => openDatabase({ stateDir, lockWaitMs: 0, clock: systemClock });

async function opensAndKeeps(stateDir: string): Promise<void> {
  const database = await opened(stateDir);
  await database.put(Buffer.from('r'), Buffer.from('kept'), { sync: true });
  await database.close();
  const again = await opened(stateDir);
  assert.equal(String(await again.get(Buffer.from('r'))), 'kept');
  await again.close();
  assert.match(readFileSync(join(stateDir, 'created'), 'utf8'), /^netmonitor-store 1 [0-9a-f]{32}\n$/);
  assert.deepEqual(readdirSync(stateDir).sort(), ['created', 'db']);
}

test('an empty state folder gets a database and its marker', async (t) => {
  await opensAndKeeps(temporaryFolder(t));
});

for (let done = 0; done <= creationSteps.length; done++) {
  test(`a creation cut after ${done} of ${creationSteps.length} steps is made good by the next start`, async (t) => {
    const stateDir = temporaryFolder(t);
    await createDatabase(stateDir, creationSteps.slice(0, done));
    await opensAndKeeps(stateDir);
  });
}

test('a creation cut while files had no content yet is made good by the next start', async (t) => {
  const stateDir = temporaryFolder(t);
  await createDatabase(stateDir, creationSteps.slice(0, 1));
  const aside = join(stateDir, readdirSync(stateDir)[0]!);
  for (const name of readdirSync(aside)) truncateSync(join(aside, name), 0);
  await opensAndKeeps(stateDir);
});

test('a creation cut within the marker is made good by the next start', async (t) => {
  const stateDir = temporaryFolder(t);
  await createDatabase(stateDir, creationSteps.slice(0, 3));
  writeFileSync(join(stateDir, 'created.new'), 'netmon');
  const database = await opened(stateDir);
  await database.close();
  assert.deepEqual(readdirSync(stateDir).sort(), ['created', 'db']);
});

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
