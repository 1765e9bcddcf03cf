import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoxTime, RunClocks } from '../../appliance/ingest/run-clock.ts';
import { arrive, setup } from '../helpers/admitted-machine.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';

const earlier = 'e'.repeat(32);
const dayMs = 86_400_000;

function box(trusted = true) {
  const clock = new FakeClock();
  const time = new BoxTime(clock, () => ({ trusted, anchorMs: clock.wallMs() - clock.monotonicMs() }));
  return { clock, clocks: new RunClocks(time), nowMs: clock.wallMs() };
}

const pairAt = (wallMs: number, runMs = 0, more: { synchronised?: boolean; sleptMs?: number } = {}) => ({
  ...{ runMs, wallMs, synchronised: true, sleptMs: 0 },
  ...more,
});

test('a run that never met the box is dated by a clock that was set from the network, whatever the box knows', () => {
  for (const trusted of [true, false]) {
    const { clocks, nowMs } = box(trusted);
    clocks.paired(1, earlier, [pairAt(nowMs - 3 * dayMs)], 0);
    const clock = clocks.earlier(1, earlier, 5_000);
    assert.equal(clock.wallAtZeroMs(), nowMs - 3 * dayMs);
    assert.equal(clock.trusted(), true);
    assert.equal(clock.anchorMs(), undefined);
  }
});

test('a clock that was set later dates what came before, and one that never was counts as a guess, corrected', () => {
  const { clocks, nowMs } = box();
  const late = pairAt(nowMs - dayMs, 60_000);
  clocks.paired(1, earlier, [pairAt(0, 0, { synchronised: false }), late], 0);
  assert.equal(clocks.earlier(1, earlier, 0).wallAtZeroMs(0), nowMs - dayMs - 60_000);
  const wrong = pairAt(nowMs - dayMs + 3_600_000, 0, { synchronised: false });
  clocks.paired(2, earlier, [wrong], 3_600_000);
  const guess = clocks.earlier(2, earlier, 0);
  assert.equal(guess.wallAtZeroMs(), nowMs - dayMs);
  assert.equal(guess.trusted(), false);
});

test('no run was in the future: a clock that says so is not believed', () => {
  const { clocks, nowMs } = box();
  clocks.paired(1, earlier, [pairAt(nowMs + dayMs)], 0);
  const clock = clocks.earlier(1, earlier, 5_000);
  assert.equal(clock.trusted(), false);
  assert.ok(clock.wallAtZeroMs() <= nowMs);
});

test('before and behind a sleep a run has two zeros', () => {
  const { clock, clocks, nowMs } = box();
  const pairs = [pairAt(nowMs, 0), pairAt(nowMs + 100_000 + dayMs, 100_000, { sleptMs: dayMs })];
  const ticks = [0, 95_000, 100_000, 105_000].map((runMs, seq) => ({ seq, runMs, values: [1] }));
  clock.jumpWall(2 * dayMs);
  clocks.paired(1, earlier, pairs, 0);
  const own = clocks.earlier(1, earlier, 105_000);
  assert.deepEqual(
    own.stretches(ticks).map((piece) => [piece.length, own.wallAtZeroMs(piece[0]!.runMs)]),
    [
      [2, nowMs],
      [2, nowMs + dayMs],
    ],
  );
});

test('ticks from before a sleep keep their dates when the run says hello again', async () => {
  const { clock, clocks, nowMs } = box();
  const mine = clocks.greeted(1, earlier, 0);
  await clock.advance(100_000 + dayMs);
  clocks.greeted(1, earlier, 100_000);
  const pairs = [pairAt(nowMs, 0), pairAt(nowMs + 100_000 + dayMs, 100_000, { sleptMs: dayMs })];
  clocks.paired(1, earlier, pairs, 0);
  assert.equal(mine.wallAtZeroMs(95_000), nowMs);
  assert.equal(mine.wallAtZeroMs(105_000), nowMs + dayMs);
  assert.equal(mine.trusted(), true);
});

test('ticks of an earlier run reach the store with the dates of its own clock', async (t) => {
  const here = await setup(t);
  const agent = await arrive(here);
  const wallMs = Date.now() - 3 * dayMs;
  const pairs = [pairAt(wallMs), pairAt(wallMs + 5_000 + dayMs, 5_000, { sleptMs: dayMs })];
  agent.dictionary(['a']);
  agent.send('clocks', { run: earlier, pairs });
  const ticks = [0, 5_000].map((runMs, seq) => ({ seq, runMs, values: [seq] }));
  agent.samples({ run: earlier, ticks });
  await agent.until('both are acknowledged', () => agent.acked(earlier).size === 2);
  assert.deepEqual(
    here.store
      .held(here.machine.machine)
      .map(({ run, wallAtZeroMs, trusted }) => [run, wallAtZeroMs, trusted]),
    [
      [earlier, wallMs, true],
      [earlier, wallMs + dayMs, true],
    ],
  );
});

test('what a machine has lost stands in the journal with its run, its range and its dates', async (t) => {
  const here = await setup(t);
  const agent = await arrive(here);
  const [fromMs, toMs] = [Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 1, 10)];
  const lost = { run: earlier, first: 3, last: 9, fromMs, toMs, synchronised: true, why: 'full' as const };
  agent.send('events', { events: [{ runMs: 5, kind: 'samples.lost', text: 'lost', lost }] });
  const entry = await eventually('the journal has it', () =>
    here.store.journal.find(({ kind }) => kind === 'samples.lost'),
  );
  assert.equal(entry.machine, here.machine.machine);
  assert.deepEqual(entry.details, lost);
  assert.match(entry.text.en, /7 measurements from 2026-03-01 00:00:00 to 2026-03-01 10:00:00/);
  assert.match(entry.text.fr, /7 mesures/);
});
