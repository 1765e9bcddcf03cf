/** The short form of `npm run faults -- damage`: some dozens of damaged stores. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { damageStores } from './damage/damages.ts';

test('a store with a damaged file opens by itself, and names what is lost', async (t) => {
  const onNote = (text: string) => t.diagnostic(text);
  const found = await damageStores({ count: 40, seed: 7, turns: [40], signal: t.signal, onNote });
  const { injected, named, aborts: _aborts, ...bad } = found;
  assert.deepEqual(bad, { lost: 0, wrong: 0, doubled: 0, unopenable: 0 });
  assert.equal(injected, 40);
  // Else nothing was at stake.
  assert.ok(named > 0);
});
