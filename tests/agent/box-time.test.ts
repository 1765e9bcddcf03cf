import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoxTime } from '../../agent/box-time.ts';
import { FakeClock } from '../helpers/clock.ts';

function started() {
  const clock = new FakeClock();
  const time = new BoxTime({ clock, runMs: () => clock.monotonicMs() });
  const offset = () => {
    const values: number[] = [];
    time.collect({
      put: ({ name }, value) => values.push(name === 'system.clock.offset' ? value : Number.NaN),
    });
    return values;
  };
  const hear = (aheadMs: number, trusted = true) =>
    time.heard({ runMs: clock.monotonicMs(), wallMs: clock.wallMs() - aheadMs, trusted });
  return { clock, time, offset, hear };
}

test('how far the clock is ahead of the box is told from the first ack on, also after it was set', async () => {
  const { clock, offset, hear } = started();
  assert.deepEqual(offset(), []);
  hear(90_000);
  assert.deepEqual(offset(), [90]);
  await clock.advance(30_000);
  assert.deepEqual(offset(), [90], 'both clocks go on');
  clock.jumpWall(-95_000);
  assert.deepEqual(offset(), [-5]);
  hear(-5_000);
  assert.deepEqual(offset(), [-5]);
});

test('nothing is told of a box that does not know the time, that says nothing, or after a sleep', async () => {
  const { clock, time, offset, hear } = started();
  hear(1_000);
  hear(1_000, false);
  assert.deepEqual(offset(), []);
  hear(1_000);
  // An ack of an earlier run says nothing of this one.
  time.heard(undefined);
  assert.deepEqual(offset(), [1]);
  time.forget();
  assert.deepEqual(offset(), []);
  hear(1_000);
  await clock.advance(300_001);
  assert.deepEqual(offset(), []);
});
