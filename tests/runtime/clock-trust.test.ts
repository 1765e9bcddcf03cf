import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { clockTrusted } from '../../appliance/runtime/clock-trust.ts';
import { temporaryFolder } from '../helpers/folder.ts';

test('by itself the clock is trusted once the time service has noted a synchronisation', (t) => {
  const note = join(temporaryFolder(t), 'synchronized');
  assert.equal(clockTrusted('auto', note), false);
  writeFileSync(note, '');
  assert.equal(clockTrusted('auto', note), true);
});

test('a person may say so, either way', (t) => {
  const note = join(temporaryFolder(t), 'synchronized');
  assert.equal(clockTrusted('trusted', note), true);
  writeFileSync(note, '');
  assert.equal(clockTrusted('untrusted', note), false);
});
