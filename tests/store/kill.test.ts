import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killStore } from '../faults/kill-store.ts';

test('a store that is killed in mid-stream loses and doubles nothing that it said was on disk', async () => {
  const findings = await killStore({ count: 3 });
  const { injected, lost, wrong, doubled, unopenable } = findings;
  assert.deepEqual(
    { injected, lost, wrong, doubled, unopenable },
    { injected: 3, lost: 0, wrong: 0, doubled: 0, unopenable: 0 },
  );
  assert.ok(findings.acknowledged > 0, 'something was at stake');
});
