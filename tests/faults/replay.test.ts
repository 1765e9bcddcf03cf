/** The short form of `npm run faults -- replay`: a few dozen states of real traces. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeSmallFiles } from './replay/small-states.ts';
import { judgeStates, type Tallies } from './replay/store-states.ts';
import { whyNoTrace } from './replay/strace.ts';

const skip = whyNoTrace() ?? false;

function assertNothingFound(tallies: Tallies, leastStates: number, name = 'store'): void {
  let judged = 0;
  for (const [model, { states, ...found }] of Object.entries(tallies)) {
    judged += states;
    assert.deepEqual(found, { lost: 0, wrong: 0, doubled: 0, unopenable: 0 }, `${name}, model ${model}`);
  }
  assert.ok(judged >= leastStates, `${name}: ${judged} states`);
}

test('a power cut leaves a small file old, new or absent, and never takes back what was promised', {
  skip,
}, async (t) => {
  const all = await judgeSmallFiles({ seed: 1, dearMoments: 3, onNote: (text) => t.diagnostic(text) });
  for (const [name, tallies] of Object.entries(all)) assertNothingFound(tallies, 3, name);
});

test('a power cut takes nothing from the store that it has promised, also in the middle of what age does', {
  skip,
}, async (t) => {
  const tallies = await judgeStates({
    plan: [
      { ms: 1100, recordsPerTurn: 2, end: 'Z' },
      { ms: 300, recordsPerTurn: 1, end: 'SIGKILL' },
    ],
    ...{ aging: 'tens', states: 45, seed: 1, signal: t.signal },
    onNote: (text) => t.diagnostic(text),
  });
  assertNothingFound(tallies, 30);
});
