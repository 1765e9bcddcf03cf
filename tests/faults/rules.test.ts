/** The short form of `npm run faults -- rules`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from './rules.ts';

test('random histories come to the incidents and messages of the plain reference', async () => {
  let incidents = 0;
  let told = 0;
  for (let seed = 1; seed <= 28; seed++) {
    const outcome = await compare(seed);
    assert.equal(outcome.problem, null, `seed ${seed}`);
    incidents += outcome.incidents;
    told += outcome.told;
  }
  assert.ok(incidents > 150 && told > 250, `${incidents} incidents, ${told} messages`);
});
