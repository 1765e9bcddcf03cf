import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { clockSourceOf } from '../../appliance/runtime/clock-trust.ts';
import { temporaryFolder } from '../helpers/folder.ts';

test('the clock is synchronised once the time service has noted it', (t) => {
  const synchronized = join(temporaryFolder(t), 'synchronized');
  const source = clockSourceOf({ synchronized });
  assert.equal(source.synchronised(), false);
  writeFileSync(synchronized, '');
  assert.equal(source.synchronised(), true);
});

test('a boot has a name, or none where the system tells none', (t) => {
  const boot = join(temporaryFolder(t), 'boot_id');
  assert.equal(clockSourceOf({ boot }).boot, null);
  writeFileSync(boot, 'a-boot\n');
  assert.equal(clockSourceOf({ boot }).boot, 'a-boot');
});
