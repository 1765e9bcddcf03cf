import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type StateChange, States, silentAfter } from '../../appliance/ingest/states.ts';
import { FakeClock } from '../helpers/clock.ts';

function watch(vanishedAfterMs = 120_000) {
  const clock = new FakeClock();
  const changes: (StateChange & { atMs: number })[] = [];
  const states = new States({
    nowMs: clock.monotonicMs(),
    vanishedAfterMs,
    onChange: (change) => changes.push({ ...change, atMs: clock.monotonicMs() }),
  });
  clock.every(1_000, () => states.check(clock.monotonicMs()));
  const told = () => changes.map(({ machine, to, atMs }) => `${machine} ${to} at ${atMs / 1_000} s`);
  return { clock, states, changes, told };
}

test('a machine is silent after three intervals and vanishes after two minutes', async () => {
  const { clock, states, told } = watch();
  states.arrived(1, 5_000);
  await clock.advance(600_000);
  assert.deepEqual(told(), ['1 up at 0 s', '1 silent at 15 s', '1 vanished at 120 s']);
});

test('no silence is longer than a minute, whatever the interval', async () => {
  assert.equal(silentAfter(1_000), 3_000);
  assert.equal(silentAfter(300_000), 60_000);
  const { clock, states, told } = watch();
  states.arrived(1, 300_000);
  await clock.advance(61_000);
  assert.deepEqual(told(), ['1 up at 0 s', '1 silent at 60 s']);
});

test('a machine that speaks stays up, and one word brings it back from silence', async () => {
  const { clock, states, told } = watch();
  states.arrived(1, 5_000);
  const speaking = clock.every(5_000, () => states.heard(1));
  await clock.advance(300_000);
  speaking.stop();
  await clock.advance(20_000);
  states.heard(1);
  assert.deepEqual(told(), ['1 up at 0 s', '1 silent at 315 s', '1 up at 320 s']);
});

test('a machine that said goodbye never vanishes', async () => {
  const { clock, states, told } = watch();
  states.arrived(1, 5_000);
  states.arrived(2, 5_000);
  states.left(1, 'off');
  states.left(2, 'asleep');
  await clock.advance(600_000);
  assert.deepEqual(told(), ['1 up at 0 s', '2 up at 0 s', '1 off at 0 s', '2 asleep at 0 s']);
});

test('after a restart of the box, machines that were up have their whole time to come back', async () => {
  const { clock, states, told } = watch();
  states.remember(1, 'up');
  states.remember(2, 'silent');
  states.remember(3, 'off');
  states.remember(4, 'vanished');
  states.remember(5, 'up');
  await clock.advance(30_000);
  states.arrived(5, 5_000);
  const speaking = clock.every(5_000, () => states.heard(5));
  await clock.advance(300_000);
  speaking.stop();
  assert.deepEqual(told(), ['1 silent at 60 s', '1 vanished at 120 s', '2 vanished at 120 s']);
});

test('what the store says later does not overrule what we know', async () => {
  const { states, told } = watch();
  states.arrived(1, 5_000);
  states.remember(1, 'vanished');
  states.heard(1);
  assert.deepEqual(told(), ['1 up at 0 s']);
});

test('a box that did not listen itself calls nobody vanished', async () => {
  const clock = new FakeClock();
  const changes: StateChange[] = [];
  const states = new States({
    nowMs: 0,
    vanishedAfterMs: 120_000,
    onChange: (change) => changes.push(change),
  });
  states.arrived(1, 5_000);
  changes.length = 0;
  await clock.advance(3_600_000);
  states.check(clock.monotonicMs());
  assert.deepEqual(changes, []);
});

test('a removed machine has no state any more', async () => {
  const { clock, states, changes } = watch();
  states.arrived(1, 5_000);
  states.forget(1);
  states.heard(1);
  await clock.advance(300_000);
  assert.equal(changes.length, 1);
});
