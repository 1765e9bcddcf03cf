// What people are told to do next.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStepOf } from '../../../appliance/watch/incidents/next-steps.table.ts';
import { builtIn } from '../../../appliance/watch/rules/defaults.table.ts';

test('of each rule that comes with the box people are told what to do, but of what needs nothing', () => {
  const without = Object.entries(builtIn)
    .filter(([rule, { kind }]) => nextStepOf({ rule, kind }) === undefined)
    .map(([rule]) => rule);
  assert.deepEqual(without, ['restarted', 'spike']);
  for (const [rule, { kind }] of Object.entries(builtIn)) {
    const { en, fr } = nextStepOf({ rule, kind }) ?? { en: 'x.', fr: 'y.' };
    assert.ok(
      en !== fr && en.endsWith('.') && fr.endsWith('.') && en.length <= 120 && fr.length <= 120,
      rule,
    );
  }
  assert.equal(nextStepOf({ rule: 'constructor', kind: 'toString' }), undefined);
});
