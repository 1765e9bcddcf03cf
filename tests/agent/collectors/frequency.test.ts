import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frequency } from '../../../agent/collectors/frequency.ts';
import { RecordedMachine } from '../../helpers/collecting.ts';

const file = (policy: number) => `sys/devices/system/cpu/cpufreq/policy${policy}/scaling_cur_freq`;

test('reads the one clock of a Pi, and again after it was throttled', async () => {
  using machine = new RecordedMachine('pi');
  const read = machine.on(frequency);
  assert.deepEqual(await read(), { 'system.cpu.frequency': 1_200_000_000 });
  machine.write(file(0), '600000\n');
  assert.deepEqual(await read(), { 'system.cpu.frequency': 600_000_000 });
});

test('takes the mean of several clocks, without those that cannot be read', async () => {
  using machine = new RecordedMachine('laptop');
  const read = machine.on(frequency);
  assert.deepEqual(await read(), { 'system.cpu.frequency': 1_850_000_000 });
  machine.write(file(11), '<unknown>\n');
  assert.deepEqual(await read(), { 'system.cpu.frequency': 1_720_000_000 });
});

test('of a hundred clocks eight stand for all', async () => {
  using machine = new RecordedMachine('bare');
  for (let policy = 0; policy < 100; policy += 1) machine.write(file(policy), `${1_000_000 + policy}\n`);
  const values = await machine.on(frequency)();
  // Policies 0, 12, 25, 37, 50, 62, 75 and 87.
  assert.deepEqual(values, { 'system.cpu.frequency': 1_000_044_000 });
  assert.equal(machine.sys.held, 8);
});
