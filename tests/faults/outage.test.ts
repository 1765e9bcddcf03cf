/** The short forms of `npm run faults -- outage`, `proxy` and `kill --daemon outbox`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killOutbox } from './kill/outbox-kills.ts';
import { drain } from './outbox/drain.ts';
import { seeded } from './replay/random.ts';

test('what machines kept while the box was away is stored once, through a network that drops, doubles, reorders and cuts before and after the commit', async (t) => {
  const found = await drain({
    ...{ machines: 3, runs: 2, ticksPerRun: 150, cuts: 4 },
    ...{ commitInterval: '200ms', withinMs: 60_000, random: seeded(5), signal: t.signal },
    progress: (text) => t.diagnostic(text),
  });
  const { lost, wrong, doubled, values, mischief } = found;
  assert.deepEqual({ lost, wrong, doubled }, { lost: 0, wrong: 0, doubled: 0 });
  assert.equal(values, 3 * 2 * 150 * 60);
  // Else nothing was at stake.
  assert.ok(mischief.cuts >= 4);
  for (const [what, times] of Object.entries(mischief)) assert.ok(times > 0, `nothing was ${what}`);
});

test('an agent that is killed at any moment loses nothing that was on its disk', async (t) => {
  const { promised, injected, ...bad } = await killOutbox({ count: 3, random: seeded(3), signal: t.signal });
  assert.deepEqual(bad, { lost: 0, doubled: 0, unopenable: 0 });
  assert.equal(injected, 3);
  assert.ok(promised > 100, `${promised} ticks were at stake`);
});
