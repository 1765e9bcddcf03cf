/** The short form of `npm run faults -- kill`: a few kills of a store and of each other daemon. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { seeded } from '../replay/random.ts';
import { killInBox } from './box-kills.ts';
import { Programs } from './programs.ts';
import { killStore } from './store-kills.ts';
import type { Tally } from './tally.ts';
import { killWatch } from './watch-kills.ts';

const programs = await Programs.build();
after(() => programs.remove());

function assertNothingFound({ lost, wrong, doubled, notes, compared }: Tally): void {
  assert.deepEqual({ lost, wrong, doubled }, { lost: 0, wrong: 0, doubled: 0 }, notes.join('\n'));
  assert.ok(compared > 20, `${compared} values and records were at stake`);
}

test('a store that is killed in mid-stream loses and doubles nothing that it said was on disk', async (t) => {
  const random = seeded(2);
  const { tally, ...found } = await killStore({ count: 4, plan: 'tens', programs, random, signal: t.signal });
  assertNothingFound(tally);
  assert.deepEqual([found.injected, found.unopenable], [4, 0]);
});

test('a box whose daemons are killed comes back by itself and has all that it promised', async (t) => {
  const { tally, ...found } = await killInBox({ count: 1, programs, random: seeded(1), signal: t.signal });
  assertNothingFound(tally);
  assert.deepEqual(found.injected, { ingest: 1, watch: 1, web: 1, display: 1, agent: 1 });
  assert.equal(found.unopenable, 0);
});

test('a watch that is killed while it mails loses no message, and doubles none but in the one case that nobody can help', async (t) => {
  const { tally, ...found } = await killWatch({ count: 10, programs, random: seeded(3), signal: t.signal });
  assertNothingFound(tally);
  assert.deepEqual([found.injected, found.unopenable], [10, 0]);
  assert.ok(found.mailing >= 3, `${found.mailing} kills while a mail was on its way`);
});
