import assert from 'node:assert/strict';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { createDatabase, creationSteps } from '../../../appliance/store/database/creation.ts';
import { openDatabase } from '../../../appliance/store/database/level.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

const opened = (stateDir: string) => openDatabase({ stateDir, lockWaitMs: 0, clock: systemClock });

async function opensAndKeeps(stateDir: string): Promise<void> {
  const database = await opened(stateDir);
  await database.put(Buffer.from('r'), Buffer.from('kept'), { sync: true });
  await database.close();
  const again = await opened(stateDir);
  assert.equal(String(await again.get(Buffer.from('r'))), 'kept');
  await again.close();
  assert.match(readFileSync(join(stateDir, 'created'), 'utf8'), /^netmonitor-store 2 [0-9a-f]{32}\n$/);
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
