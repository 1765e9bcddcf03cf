import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { steered } from '../../appliance/runtime/steered-clock.ts';
import { FakeClock } from '../helpers/clock.ts';
import { temporaryFolder } from '../helpers/folder.ts';

test('a folder moves the wall clock of a process while it runs, and nothing else', async (t) => {
  const folder = temporaryFolder(t);
  const base = new FakeClock(1_000_000);
  writeFileSync(join(folder, 'offset-ms'), '-400000');
  writeFileSync(join(folder, 'boot'), 'second');
  const { clock, clockSource } = steered(base, folder);
  assert.equal(clock.wallMs(), 600_000);
  assert.equal(clockSource.boot, 'second');
  assert.equal(clockSource.synchronised(), false);
  writeFileSync(join(folder, 'offset-ms'), '5');
  writeFileSync(join(folder, 'synchronized'), '');
  await base.advance(1_000);
  assert.equal(clock.wallMs(), 1_001_005);
  assert.equal(clock.monotonicMs(), 1_000);
  assert.equal(clockSource.synchronised(), true);
});
