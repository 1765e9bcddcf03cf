import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from '../../../agent/probes/pace.ts';
import type { Reach } from '../../../agent/probes/reach.ts';
import { Runner } from '../../../agent/probes/runner.ts';
import type { Assignment } from '../../../appliance/protocol/probes/exchange.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import { FakeClock } from '../../helpers/clock.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz234567';
const idOf = (number: number) =>
  `probe${letters[number >> 10]}${letters[(number >> 5) & 31]}${letters[number & 31]}`;
const pingOf = (number: number, intervalMs = 60_000): Assignment => ({
  id: idOf(number),
  kind: 'icmp',
  intervalMs,
  options: { host: `192.0.2.${number % 250}`, timeoutMs: 2_000 },
});

type Ping = (address: string) => Promise<number | undefined>;

/** Pings that the test answers, on a clock that it moves. */
function started(ping: Ping) {
  const clock = new FakeClock();
  const asked: { address: string; atMs: number }[] = [];
  const reach: Reach = { resolve: async () => [], allowed: () => true };
  const around = {
    clock,
    reach,
    ping: async (address: string) => {
      asked.push({ address, atMs: clock.monotonicMs() });
      return [await ping(address)];
    },
    reset: () => undefined,
    pace: new Pace(clock),
  };
  const log = createLog({ name: 'test', level: 'error', write: (line) => assert.fail(line) });
  const runner = new Runner({ around, runMs: () => clock.monotonicMs(), log });
  const collected = () => {
    const values = new Map<string, number>();
    runner.collect({ put: ({ name }, value) => void values.set(name, value) });
    return values;
  };
  return { clock, asked, runner, collected };
}

test('a thousand checks begin spread out and keep their beat, though some never answer', async () => {
  const never = '192.0.2.7';
  const { clock, asked, runner } = started((address) =>
    address === never ? new Promise(() => undefined) : Promise.resolve(0.01),
  );
  runner.assign(Array.from({ length: 1_000 }, (_, number) => pingOf(number)));
  await clock.advance(120_000);
  const within = (fromMs: number, toMs: number) =>
    asked.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).length;
  assert.ok(within(0, 10_000) >= 1_000, 'a person who makes a probe sees something soon');
  assert.equal(within(60_000, 120_000), 1_000);
  const seconds = Array.from({ length: 60 }, (_, second) =>
    within(60_000 + second * 1_000, 61_000 + second * 1_000),
  );
  assert.ok(Math.max(...seconds) < 50, `${Math.max(...seconds)} in one second`);
  runner.stop();
  assert.equal(clock.timers, 0);
});

test('checks of one second go one behind the other, and none waits long for one that does not answer', async () => {
  const gapsOf = async (ping: (clock: FakeClock) => Promise<number>) => {
    const { clock, asked, runner } = started(() => ping(clock));
    runner.assign(Array.from({ length: 40 }, (_, number) => pingOf(number)));
    await clock.advance(10_000);
    runner.stop();
    assert.equal(asked.length, 40);
    const isFirst = ({ atMs }: { atMs: number }) => atMs % 1_000 === 0;
    assert.ok(asked.filter(isFirst).length <= 10, 'they begin at whole seconds');
    const gaps = asked.slice(1).map(({ atMs }, nth) => atMs - asked[nth]!.atMs);
    return new Set(gaps.filter((_, nth) => !isFirst(asked[nth + 1]!)));
  };
  assert.deepEqual([...(await gapsOf((clock) => clock.sleep(1).then(() => 0.001)))], [1]);
  assert.deepEqual([...(await gapsOf(() => new Promise(() => undefined)))], [4]);
});

test('a look that takes longer than its interval is not begun twice', async () => {
  const { clock, asked, runner } = started(() => new Promise(() => undefined));
  const { options, ...rest } = pingOf(1, 5_000);
  runner.assign([{ ...rest, options: { ...options, timeoutMs: 12_000 } }]);
  await clock.advance(40_000);
  const gaps = asked.slice(1).map(({ atMs }, nth) => atMs - asked[nth]!.atMs);
  assert.ok(asked.length >= 2 && gaps.every((gap) => gap >= 12_000), `${gaps}`);
  runner.stop();
});

test('a value is told once, in the tick after it was measured', async () => {
  const { clock, runner, collected } = started(async () => 0.25);
  runner.assign([pingOf(1)]);
  await clock.advance(10_000);
  const values = collected();
  assert.equal(values.get(`probe.up:${idOf(1)}`), 1);
  assert.equal(values.get(`probe.duration:${idOf(1)}`), 0.25);
  assert.equal(values.get(`probe.loss:${idOf(1)}`), 0);
  assert.equal(collected().size, 0);
  runner.stop();
});

test('a result is the same object until verdict or reason change', async () => {
  const echoes: (number | undefined)[] = [0.01, 0.02, undefined, undefined];
  const { clock, asked, runner, collected } = started(async () => echoes.shift());
  runner.assign([pingOf(1, 20_000)]);
  const result = async (nth: number) => {
    while (asked.length < nth) await clock.advance(1_000);
    return runner.results()[0]!;
  };
  const up = await result(1);
  assert.equal(up.verdict, 'up');
  assert.equal(await result(2), up);
  const down = await result(3);
  assert.deepEqual(down.reason, { code: 'TIMEOUT', detail: '192.0.2.1 sent no echo' });
  assert.equal(collected().get(`probe.up:${idOf(1)}`), 0);
  assert.equal(await result(4), down);
  runner.stop();
});

test('a new list ends what is gone and leaves alone what stayed', async () => {
  const { clock, asked, runner } = started(async () => 0.01);
  const times = (address: string) => asked.flatMap((one) => (one.address === address ? [one.atMs] : []));
  runner.assign([pingOf(1, 20_000), pingOf(2, 20_000)]);
  await clock.advance(30_000);
  const kept = runner.results().find(({ probe }) => probe === idOf(1));
  const ended = times('192.0.2.2').length;
  runner.assign([pingOf(1, 20_000), pingOf(3, 20_000)]);
  await clock.advance(60_000);
  const [, ...beats] = times('192.0.2.1');
  assert.deepEqual(
    beats.slice(1).map((atMs, nth) => Math.round(atMs - beats[nth]!)),
    beats.slice(1).map(() => 20_000),
  );
  assert.ok(beats.length >= 3 && times('192.0.2.3').length >= 2);
  assert.equal(times('192.0.2.2').length, ended);
  assert.equal(
    runner.results().find(({ probe }) => probe === idOf(1)),
    kept,
  );
  runner.stop();
});

test('a probe that is stopped while it looks tells nothing any more', async () => {
  let answer: (seconds: number) => void = () => undefined;
  const { clock, runner, collected } = started(() => new Promise((resolve) => (answer = resolve)));
  runner.assign([pingOf(1)]);
  await clock.advance(9_999);
  runner.assign([]);
  answer(0.01);
  await clock.advance(1);
  assert.deepEqual([runner.results(), collected().size], [[], 0]);
});

test('kinds and options that this agent does not know are unknown, with the reason', async () => {
  const { clock, runner } = started(async () => 0.01);
  const { id, intervalMs } = pingOf(1);
  runner.assign([
    { id, intervalMs, kind: 'smoke-signal', options: {} },
    { id: idOf(2), intervalMs, kind: 'icmp', options: { host: '--help' } },
  ]);
  await clock.advance(10_000);
  const told = runner.results().map(({ verdict, reason }) => `${verdict} ${reason?.code}`);
  assert.deepEqual(told, ['unknown NO_MEANS', 'unknown BAD_OPTIONS']);
  runner.stop();
});

test('what is asked for again is looked at now, once, and goes on', async () => {
  const { clock, asked, runner } = started(async () => 0.01);
  const probe = pingOf(1);
  runner.assign([probe]);
  await clock.advance(120_000);
  const [result] = runner.results();
  const beats = asked.length;
  runner.assign([{ ...probe, again: 7 }]);
  await clock.advance(1);
  assert.equal(asked.length, beats + 1);
  runner.assign([{ ...probe, again: 7 }]);
  runner.assign([probe]);
  await clock.advance(1);
  assert.equal(asked.length, beats + 1, 'the same number, or none, asks for nothing');
  assert.equal(runner.results()[0], result, 'it is the same probe');
  await clock.advance(60_000);
  assert.equal(asked.length, beats + 2, 'on its beat');
  runner.stop();
});

test('probes that are too many for their target take turns, and only who is left out again and again says so', async () => {
  const { clock, asked, runner } = started(async () => 0.01);
  // 80 in 5 s, where 50 packets may go.
  const crowd = Array.from({ length: 80 }, (_, number) => ({
    ...pingOf(number, 5_000),
    options: { host: '192.0.2.7' },
  }));
  runner.assign(crowd);
  await clock.advance(60_000);
  assert.ok(asked.length <= 610 && asked.length >= 500, `${asked.length} in a minute`);
  const told = new Set(runner.results().map(({ verdict, reason }) => `${verdict} ${reason?.code ?? ''}`));
  assert.ok(
    told.has('up ') && told.size <= 2 && (told.size === 1 || told.has('unknown CROWDED')),
    `${[...told]}`,
  );
  runner.assign(crowd.slice(0, 40));
  await clock.advance(30_000);
  assert.deepEqual(
    runner.results().map(({ verdict }) => verdict),
    Array.from({ length: 40 }, () => 'up'),
  );
  runner.stop();
});
