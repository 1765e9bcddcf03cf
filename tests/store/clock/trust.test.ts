import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClockTrust } from '../../../appliance/runtime/clock-trust.ts';
import type { ClockMemory } from '../../../appliance/store/clock/state.ts';
import { BoxClock, type ClockNews } from '../../../appliance/store/clock/trust.ts';
import { FakeClock } from '../../helpers/clock.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The judge with a computer that a test moves: its wall clock, its time service, its boot. */
function computer(o: { wallMs?: number; mode?: ClockTrust } = {}) {
  const clock = new FakeClock(o.wallMs ?? Date.UTC(2026, 0, 15));
  const source = { boot: 'first', synchronised: () => state.ntp };
  const state = { ntp: false, memory: null as ClockMemory | null, news: [] as ClockNews[] };
  const start = () => {
    const judge = new BoxClock({
      clock,
      source: { ...source },
      mode: o.mode ?? 'auto',
      memory: state.memory,
    });
    judge.listen({
      onMemory: (memory) => {
        state.memory = memory;
      },
      onState: () => undefined,
      onNews: (news) => state.news.push(news),
    });
    return judge;
  };
  return { clock, source, state, start, kinds: () => state.news.map(({ kind }) => kind) };
}

const seconds = (clock: FakeClock) => clock.advance(2_000);

test('a box that nobody vouches for is not trusted, and its time does not follow the wall clock', async () => {
  const { clock, start } = computer({ wallMs: 0 });
  const judge = start();
  clock.jumpWall(dayMs);
  await seconds(clock);
  assert.equal(judge.trusted(), false);
  assert.equal(judge.ageNowMs(), null);
  assert.equal(judge.wallMs(), 2_000);
});

test('a synchronised clock is trusted, and tells by how much the boot was off until then', async () => {
  const { clock, state, start, kinds } = computer({ wallMs: 0 });
  const judge = start();
  const { provisionalMs } = judge.state();
  await clock.advance(hourMs);
  clock.jumpWall(Date.UTC(2026, 5, 1));
  state.ntp = true;
  await seconds(clock);
  assert.equal(judge.state().source, 'ntp');
  assert.equal(judge.wallMs(), clock.wallMs());
  assert.equal(judge.correctionOf(provisionalMs), Date.UTC(2026, 5, 1));
  assert.equal(judge.correctionOf(provisionalMs + 1), undefined);
  assert.deepEqual(kinds(), ['trusted']);
});

test('three machines that agree within a minute make the time, two do not, nor a minority', async () => {
  const { clock, start } = computer({ wallMs: 0 });
  const judge = start();
  const now = Date.UTC(2026, 5, 1);
  judge.vote([
    { machine: 1, anchorMs: now },
    { machine: 2, anchorMs: now + 30_000 },
  ]);
  assert.equal(judge.trusted(), false, 'two');
  judge.vote([3, 4, 5].map((machine) => ({ machine, anchorMs: now + dayMs * machine })));
  assert.equal(judge.trusted(), false, 'nobody agrees with the others');
  judge.vote([{ machine: 3, anchorMs: now + 50_000 }]);
  assert.equal(judge.state().source, 'machines');
  assert.equal(judge.wallMs(), clock.monotonicMs() + now + 30_000);
});

test('a machine that no longer knows the time, or says nothing for half an hour, has no vote', async () => {
  const { clock, start } = computer();
  const judge = start();
  judge.vote([1, 2].map((machine) => ({ machine, anchorMs: 5 })));
  await clock.advance(hourMs);
  judge.vote([{ machine: 3, anchorMs: 5 }]);
  assert.equal(judge.trusted(), false);
  judge.vote([{ machine: 3, anchorMs: null }]);
  judge.vote([1, 2].map((machine) => ({ machine, anchorMs: 5 })));
  assert.equal(judge.trusted(), false);
  judge.vote([{ machine: 3, anchorMs: 5 }]);
  assert.equal(judge.trusted(), true);
});

test('a person sets the time, also where the wall clock shows another', async () => {
  const { clock, state, start } = computer({ wallMs: 0 });
  const judge = start();
  judge.confirm(Date.UTC(2026, 5, 1));
  assert.equal(judge.state().source, 'person');
  assert.equal(judge.wallMs(), Date.UTC(2026, 5, 1));
  await clock.advance(hourMs);
  assert.equal(start().wallMs(), Date.UTC(2026, 5, 1) + hourMs, 'after a restart in the same boot');
  assert.equal(state.memory!.source, 'person');
});

test('a step of more than an hour is not followed before a second source says the same', async () => {
  const { clock, state, start, kinds } = computer();
  state.ntp = true;
  const judge = start();
  await seconds(clock);
  assert.ok(judge.ageNowMs() !== null);
  clock.jumpWall(73 * 365 * dayMs);
  await seconds(clock);
  assert.equal(judge.wallMs(), Date.UTC(2026, 0, 15) + 4_000, 'its own time goes on');
  assert.equal(judge.trusted(), true);
  assert.equal(judge.ageNowMs(), null, 'nothing is deleted by age');
  assert.deepEqual(kinds(), ['trusted', 'disputed']);
  judge.vote([{ machine: 1, anchorMs: clock.wallMs() - clock.monotonicMs() }]);
  assert.equal(judge.wallMs(), clock.wallMs());
  assert.ok(judge.ageNowMs() !== null);
});

test('a wall clock that comes back ends the dispute; small steps are followed at once', async () => {
  const { clock, state, start } = computer();
  state.ntp = true;
  const judge = start();
  clock.jumpWall(-dayMs);
  await seconds(clock);
  assert.ok(judge.state().disputed !== null);
  clock.jumpWall(dayMs + 600_000);
  await seconds(clock);
  assert.equal(judge.state().disputed, null);
  assert.equal(judge.wallMs(), clock.wallMs());
  assert.ok(judge.ageNowMs() !== null);
});

test('a new boot that is far from the highest trusted time dates by it, but deletes by age only with two sources', async () => {
  const { clock, source, state, start } = computer();
  state.ntp = true;
  start();
  await clock.advance(2 * hourMs);
  start();
  source.boot = 'second';
  clock.jumpWall(10 * 365 * dayMs);
  const judge = start();
  await seconds(clock);
  assert.equal(judge.wallMs(), clock.wallMs());
  assert.equal(judge.ageNowMs(), null);
  judge.confirm(clock.wallMs());
  assert.equal(judge.ageNowMs(), clock.wallMs());
});

test('a boot that begins in the past goes on from the highest trusted time', async () => {
  const { clock, source, state, start } = computer();
  state.ntp = true;
  start();
  source.boot = 'second';
  state.ntp = false;
  clock.jumpWall(-clock.wallMs());
  const judge = start();
  assert.equal(judge.trusted(), false);
  assert.ok(Math.abs(judge.wallMs() - Date.UTC(2026, 0, 15)) <= 1);
});

test('to go below the highest trusted time takes two sources, and is said', async () => {
  const { clock, source, state, start, kinds } = computer();
  state.ntp = true;
  start();
  source.boot = 'second';
  clock.jumpWall(-30 * dayMs);
  const judge = start();
  await seconds(clock);
  assert.equal(judge.ageNowMs(), null);
  assert.equal(judge.state().floorMs, Date.UTC(2026, 0, 15));
  judge.vote([{ machine: 9, anchorMs: clock.wallMs() - clock.monotonicMs() }]);
  assert.equal(judge.ageNowMs(), clock.wallMs());
  assert.ok(kinds().includes('below'));
});

test('the configuration decides over everybody, either way', async () => {
  const trusted = computer({ mode: 'trusted' });
  const judge = trusted.start();
  trusted.clock.jumpWall(dayMs);
  await seconds(trusted.clock);
  assert.equal(judge.ageNowMs(), trusted.clock.wallMs());
  const untrusted = computer({ mode: 'untrusted' });
  untrusted.state.ntp = true;
  assert.equal(untrusted.start().trusted(), false);
});
