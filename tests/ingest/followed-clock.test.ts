import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FollowedClock } from '../../appliance/ingest/followed-clock.ts';
import { BoxTime, RunClocks } from '../../appliance/ingest/run-clock.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import type { ChangeHandlers } from '../../appliance/store/client/client.ts';
import type { ClockState, ClockVote } from '../../appliance/store/client/types.ts';
import { FakeClock } from '../helpers/clock.ts';
import { startStation } from '../helpers/ingest-station.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { gauge } from '../helpers/store-parts.ts';
import { WireAgent, wireIdentity } from '../helpers/wire-agent.ts';

const log = createLog({ name: 'ingest', level: 'error' });
const state = (more: Partial<ClockState>): ClockState => ({
  ...{ trusted: false, source: null, sinceMs: null, anchorMs: 0, provisionalMs: 0, correctionMs: 0 },
  ...{ retention: false, floorMs: null, disputed: null, ...more },
});

async function followed() {
  const clock = new FakeClock();
  const votes: ClockVote[][] = [];
  let on: ChangeHandlers | undefined;
  const one = new FollowedClock({
    store: {
      voteClock: async (said) => void votes.push([...said]),
      changes: (_query, handlers) => {
        on = handlers;
        return { stop: () => undefined };
      },
    },
    clock,
    log,
  });
  await one.start();
  const tell = (clockState: ClockState) => on!.onChange({ topic: 'clock', clock: clockState });
  return { clock, one, votes, tell, up: () => on!.onUp!() };
}

test('what machines that know the time show is told as the date of the box’s monotonic 0, and only when it is news', async () => {
  const { clock, one, votes } = await followed();
  await clock.advance(10_000);
  one.heard(1, { runMs: 0, wallMs: 1_000_000, synchronised: true });
  one.heard(2, { runMs: 0, wallMs: 5, synchronised: false });
  await clock.advance(2_000);
  assert.deepEqual(votes, [[{ machine: 1, anchorMs: 990_000 }]]);
  one.heard(1, { runMs: 0, wallMs: 1_002_100, synchronised: true });
  await clock.advance(2_000);
  assert.equal(votes.length, 1);
  one.heard(1, { runMs: 0, wallMs: 1_002_100, synchronised: false });
  await clock.advance(2_000);
  assert.deepEqual(votes[1], [{ machine: 1, anchorMs: null }]);
});

test('a store that comes back is told everything; a machine that is removed takes its vote along', async () => {
  const { clock, one, votes, up } = await followed();
  one.heard(1, { runMs: 0, wallMs: 7, synchronised: true });
  one.heard(2, { runMs: 0, wallMs: 8, synchronised: true });
  await clock.advance(2_000);
  one.forget(2);
  await clock.advance(2_000);
  assert.deepEqual(votes[1], [{ machine: 2, anchorMs: null }]);
  up();
  await clock.advance(2_000);
  assert.deepEqual(votes[2], [{ machine: 1, anchorMs: 7 }]);
});

test('datings are made with the store’s anchor: exactly while untrusted, and named so that they can be corrected', async () => {
  const { clock, one, tell } = await followed();
  const time = new BoxTime(clock, () => one.state);
  const mine = new RunClocks(time).greeted(1, 'a'.repeat(32), 0);
  tell(state({ anchorMs: 123.5 }));
  clock.jumpWall(86_400_000);
  assert.deepEqual([mine.wallAtZeroMs(), mine.trusted(), mine.anchorMs()], [124, false, 123.5]);
  tell(state({ trusted: true, anchorMs: 1e12 }));
  assert.deepEqual([mine.wallAtZeroMs(), mine.trusted(), mine.anchorMs()], [1e12, true, undefined]);
  assert.equal(time.wallMs(), 1e12);
});

test('a guessed dating stays a guess: it carries no anchor', async () => {
  const { clock, one, tell } = await followed();
  tell(state({ anchorMs: 5 }));
  const clocks = new RunClocks(new BoxTime(clock, () => one.state));
  assert.equal(clocks.earlier(1, 'b'.repeat(32), 1_000).anchorMs(), undefined);
});

test('hello, ping and pong of an agent bring its clock to the store', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  const identity = wireIdentity();
  await store.client().admit({ key: identity.id, name: 'pc', by: 'test', local: false });
  const agent = await WireAgent.greet(
    { port: station.port, identity },
    { wallMs: 5_000_000, synchronised: true },
  );
  agent.dictionary([gauge('g').name]);
  await agent.until('the vote of the hello', () => store.clockVotes.length === 1);
  agent.send('ping', { id: 1, clock: { runMs: 5, wallMs: 9_000_000, synchronised: true } });
  await agent.until('the vote of the ping', () => store.clockVotes.length === 2);
  const [first, second] = store.clockVotes;
  assert.ok(Math.abs(second!.anchorMs! - first!.anchorMs! - 4_000_000) < 60_000);
  agent.end();
});
