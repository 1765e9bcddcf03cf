import assert from 'node:assert/strict';
import { test } from 'node:test';
import { look, planOf } from '../../../agent/probes/look.ts';
import { Pace, packetsOf } from '../../../agent/probes/pace.ts';
import type { AnyProbe } from '../../../agent/probes/probe.ts';
import type { Reach } from '../../../agent/probes/reach.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { anywhere, verdictOf } from '../../helpers/probing.ts';

test('however many probes are aimed at a target, it gets ten packets a second', async () => {
  const clock = new FakeClock();
  const pace = new Pace(clock);
  const sent: number[] = [];
  let refused = 0;
  // 500 probes of connections a second, for half a minute.
  for (let beat = 0; beat < 15_000; beat++) {
    await (beat % 50 === 0 ? clock.advance(100) : undefined);
    try {
      const atMs = clock.monotonicMs() + pace.turn('192.0.2.7', packetsOf.connection);
      for (let packet = 0; packet < packetsOf.connection; packet++) sent.push(atMs);
    } catch (error) {
      assert.match(String(error), /ask 192\.0\.2\.7 as often as they may/);
      refused += 1;
    }
  }
  const within = (fromMs: number) => sent.filter((atMs) => atMs >= fromMs && atMs < fromMs + 10_000).length;
  for (let fromMs = 0; fromMs <= 20_000; fromMs += 500)
    assert.ok(within(fromMs) <= 110, `${within(fromMs)} packets in the ten seconds from ${fromMs}`);
  assert.ok(within(10_000) >= 90 && refused > 10_000, 'what may go does');
  assert.equal(pace.turn('192.0.2.8', packetsOf.securePage), 0, 'others do not wait');
});

test('targets of which nothing is left are forgotten, those that are still waited for are not', async () => {
  const clock = new FakeClock();
  const pace = new Pace(clock);
  for (let host = 0; host < 5_000; host++) {
    pace.turn(`2001:db8::${host.toString(16)}`, 1);
    if (host % 100 === 0) await clock.advance(50);
  }
  assert.ok(pace.size < 2_000, `${pace.size}`);
  assert.equal(pace.turn('192.0.2.7', 10), 0);
  for (let host = 0; host < 5_000; host++) pace.turn(`2001:db8:1::${host.toString(16)}`, 1);
  assert.equal(pace.turn('192.0.2.7', 10), 1_000);
});

test('a look that waits for its turn is not late for that, and one that would wait for long is not made', async () => {
  const clock = new FakeClock();
  const pace = new Pace(clock);
  const reach: Reach = { resolve: async () => [], allowed: () => true };
  let pings = 0;
  const around = { clock, reach, pace, ping: async () => [++pings / 1_000], reset: () => undefined };
  const options = { host: '192.0.2.7', timeoutMs: 200 };
  const looking = () =>
    look(
      planOf({ kind: 'icmp', options }),
      around,
      { echoes: [], heard: 0, intervalMs: 20_000 },
      new AbortController().signal,
    );
  pace.turn('192.0.2.7', 13);
  const waiting = looking();
  await clock.advance(399);
  assert.equal(pings, 0);
  await clock.advance(1);
  assert.equal(verdictOf(await waiting), 'up');
  pace.turn('192.0.2.7', 20);
  const crowded = await looking();
  assert.deepEqual([verdictOf(crowded), crowded.measured, pings], ['unknown CROWDED', [], 1]);
  assert.equal(clock.timers, 0);
});

test('a look that is made to ask again and again ends all the same', async () => {
  const clock = new FakeClock();
  const around = {
    clock,
    reach: anywhere,
    pace: new Pace(clock),
    ping: async () => [],
    reset: () => undefined,
  };
  let asked = 0;
  const run: AnyProbe = async (_options, { address, turn }) => {
    for (const at = await address('switch.test', 1); ; asked++) await turn(at, 1);
  };
  const timeoutMs = 3_000;
  const { signal } = new AbortController();
  const plan = { run, options: {}, timeoutMs, beyond: false };
  let endedMs = 0;
  const looking = look(plan, around, { echoes: [], heard: 0, intervalMs: 20_000 }, signal).finally(() => {
    endedMs = clock.monotonicMs();
  });
  await clock.advance(60_000);
  assert.ok(endedMs > 0 && endedMs <= 2 * timeoutMs, `after ${endedMs} ms and ${asked} questions`);
  assert.equal(verdictOf(await looking), 'unknown CROWDED');
});
