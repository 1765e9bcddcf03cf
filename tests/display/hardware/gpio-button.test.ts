import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createLog } from '../../../appliance/runtime/log.ts';
import type { Button } from '../../../display/hardware/button.ts';
import { createGpioButton, type Pin } from '../../../display/hardware/gpio-button.ts';
import { FakeClock } from '../../helpers/clock.ts';

type Callback = Parameters<Pin['watch']>[0];

class FakePin implements Pin {
  level: 0 | 1 = 0;
  freed = false;
  callback: Callback = () => undefined;
  watch(callback: Callback): void {
    this.callback = callback;
  }
  async read(): Promise<0 | 1> {
    return this.level;
  }
  unexport(): void {
    this.freed = true;
  }
  set(level: 0 | 1): void {
    this.level = level;
    this.callback(null, level);
  }
}

let clock: FakeClock;
let pin: FakePin;
let seen: string[];
let lines: string[];
let button: Button;

beforeEach(() => {
  clock = new FakeClock();
  pin = new FakePin();
  seen = [];
  lines = [];
  const log = createLog({ name: 'test', level: 'info', write: (line) => lines.push(line) });
  const edges = { down: () => seen.push('down'), up: () => seen.push('up') };
  button = createGpioButton({ pin, clock, log, edges });
});

test('takes the first edge at once and ignores the chatter after it', async () => {
  pin.set(1);
  assert.deepEqual(seen, ['down']);
  for (const level of [0, 1, 0, 1] as const) {
    await clock.advance(2);
    pin.set(level);
  }
  await clock.advance(500);
  pin.set(0);
  await clock.advance(500);
  assert.deepEqual(seen, ['down', 'up']);
});

test('a press shorter than the chatter is not lost', async () => {
  pin.set(1);
  await clock.advance(3);
  pin.set(0);
  await clock.advance(100);
  assert.deepEqual(seen, ['down', 'up']);
});

test('an error of the pin is logged and the next edge still counts', async () => {
  pin.callback(new Error('EIO'), 0);
  pin.set(1);
  assert.ok(lines.some((line) => line.includes('EIO')));
  assert.deepEqual(seen, ['down']);
});

test('frees its pin and leaves no timer when stopped', async () => {
  pin.set(1);
  await button.stop();
  assert.ok(pin.freed);
  assert.equal(clock.timers, 0);
});
