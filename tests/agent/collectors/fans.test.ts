import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fans } from '../../../agent/collectors/fans.ts';
import { temperature } from '../../../agent/collectors/temperature.ts';
import { RecordedMachine } from '../../helpers/collecting.ts';

test('counts the turns of a fan, and leaves out a register without one', async () => {
  using machine = new RecordedMachine('laptop');
  assert.deepEqual(await machine.on(fans)(), { 'hw.fan.speed:thinkpad': 2413 });
});

test('a fan that stands still is zero; one with a fault is absent within a minute', async () => {
  using machine = new RecordedMachine('laptop');
  const read = machine.on(fans);
  await read();
  machine.write('sys/class/hwmon/hwmon0/fan1_input', '0\n');
  assert.deepEqual(await read(), { 'hw.fan.speed:thinkpad': 0 });
  machine.write('sys/class/hwmon/hwmon0/fan1_fault', '1\n');
  await machine.clock.advance(60_000);
  assert.deepEqual(await read(), {});
});

test('fans and temperatures of one chip do not disturb each other', async () => {
  using machine = new RecordedMachine('laptop');
  const [turns, degrees] = [machine.on(fans), machine.on(temperature)];
  for (let cycle = 0; cycle < 3; cycle += 1) {
    assert.deepEqual(Object.keys(await degrees()), [
      'hw.temperature:thinkpad-cpu',
      'hw.temperature:amdgpu-edge',
    ]);
    assert.deepEqual(Object.keys(await turns()), ['hw.fan.speed:thinkpad']);
    await machine.clock.advance(60_000);
  }
});
