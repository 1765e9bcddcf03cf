import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { openDatabase } from '../../../appliance/store/database/level.ts';
import { createLogNames } from '../../../appliance/store/log/names.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

test('the folder is synced once for each log that LevelDB begins', async (t) => {
  const database = await openDatabase({ stateDir: temporaryFolder(t), lockWaitMs: 0, clock: systemClock });
  const seen = new Set<string>();
  let synced = 0;
  const names = createLogNames(database.location, async () => {
    synced++;
  });
  for (let turn = 0; turn < 40; turn++) {
    await database.put(Buffer.from(`r${turn}`), randomBytes(100_000), { sync: true });
    await names.settle();
    for (const name of readdirSync(database.location)) if (name.endsWith('.log')) seen.add(name);
    assert.equal(synced, seen.size);
  }
  assert.ok(seen.size > 2, 'LevelDB began new logs');
  await database.close();
});
