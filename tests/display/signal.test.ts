// Light and buzzer on pins that remember what was written to them.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import { createGpioOutput, type DrivenPin } from '../../display/hardware/gpio-output.ts';
import { Signals } from '../../display/signal.ts';
import { FakeClock } from '../helpers/clock.ts';

const log = createLog({ name: 'test', level: 'error', write: () => undefined });

class FakePin implements DrivenPin {
  level: 0 | 1 = 0;
  rises = 0;
  isBroken = false;
  freed = false;
  async write(value: 0 | 1): Promise<void> {
    if (this.isBroken) throw new Error('EIO');
    if (value > this.level) this.rises++;
    this.level = value;
  }
  unexport(): void {
    this.freed = true;
  }
}

let clock: FakeClock;
let light: FakePin;
let buzzer: FakePin;
let signals: Signals;

beforeEach(() => {
  clock = new FakeClock();
  light = new FakePin();
  buzzer = new FakePin();
  signals = new Signals({ clock });
  signals.start({
    light: createGpioOutput({ pin: light, log }),
    buzzer: createGpioOutput({ pin: buzzer, log }),
  });
});

test('the light stays on until it is said to be off; the buzzer beeps, and is forgotten after a minute', async () => {
  signals.set({ light: true, buzzer: true });
  await clock.advance(10);
  assert.deepEqual([light.level, buzzer.level], [1, 1]);
  await clock.advance(9_000);
  assert.deepEqual([light.rises, buzzer.rises], [1, 5]);
  await clock.advance(120_000);
  const { rises } = buzzer;
  await clock.advance(60_000);
  assert.deepEqual([light.level, buzzer.level, buzzer.rises], [1, 0, rises]);
  assert.deepEqual(signals.shown, { light: true, buzzer: false });
  signals.set({ light: false, buzzer: false });
  await clock.advance(10);
  assert.equal(light.level, 0);
});

test('a try is over after three seconds, and leaves what was so', async () => {
  signals.set({ light: true, buzzer: false });
  signals.try('both');
  await clock.advance(1_000);
  assert.deepEqual(signals.shown, { light: true, buzzer: true });
  await clock.advance(3_000);
  assert.deepEqual(signals.shown, { light: true, buzzer: false });
  assert.deepEqual([light.level, buzzer.level], [1, 0]);
});

test('who wants what is not there hears it; a pin that fails takes nothing else away', async () => {
  const other = new Signals({ clock });
  other.start({ light: createGpioOutput({ pin: light, log }), buzzer: null });
  other.set({ light: true, buzzer: false });
  assert.throws(() => other.set({ light: true, buzzer: true }), { code: 'CONFLICT', message: /buzzer_gpio/ });
  assert.throws(() => other.try('buzzer'), { code: 'CONFLICT' });
  light.isBroken = true;
  other.set({ light: false, buzzer: false });
  await clock.advance(10);
  light.isBroken = false;
  other.set({ light: true, buzzer: false });
  await clock.advance(10);
  assert.equal(light.level, 1);
  await other.stop();
});

test('at the end everything is off, the pins are free, and no timer is left', async () => {
  signals.set({ light: true, buzzer: true });
  signals.try('both');
  await clock.advance(100);
  await signals.stop();
  assert.deepEqual([light.level, buzzer.level, light.freed, buzzer.freed], [0, 0, true, true]);
  assert.equal(clock.timers, 0);
});
