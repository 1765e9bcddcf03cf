import assert from 'node:assert/strict';
import { test } from 'node:test';
import { celsius, temperature } from '../../../agent/collectors/temperature.ts';
import { RecordedMachine } from '../../helpers/collecting.ts';

test('reads the one sensor of a Pi once, though the kernel shows it twice', async () => {
  using machine = new RecordedMachine('pi');
  assert.deepEqual(await machine.on(temperature)(), { 'hw.temperature:cpu_thermal': 48.312 });
});

test('reads the sensor anew each time', async () => {
  using machine = new RecordedMachine('pi');
  const read = machine.on(temperature);
  await read();
  machine.write('sys/class/hwmon/hwmon0/temp1_input', '85001\n');
  assert.deepEqual(await read(), { 'hw.temperature:cpu_thermal': 85.001 });
});

test('names sensors by their labels and tells two of one name apart', async () => {
  using machine = new RecordedMachine('bare');
  machine.write('sys/class/hwmon/hwmon0/name', 'nvme\n');
  machine.write('sys/class/hwmon/hwmon0/temp1_input', '30000\n');
  machine.write('sys/class/hwmon/hwmon1/name', 'nvme\n');
  machine.write('sys/class/hwmon/hwmon1/temp1_input', '40000\n');
  machine.write('sys/class/hwmon/hwmon2/name', 'coretemp\n');
  machine.write('sys/class/hwmon/hwmon2/temp1_input', '50000\n');
  machine.write('sys/class/hwmon/hwmon2/temp1_label', 'Package id 0\n');
  machine.write('sys/class/thermal/thermal_zone0/type', 'acpitz\n');
  machine.write('sys/class/thermal/thermal_zone0/temp', '27800\n');
  assert.deepEqual(await machine.on(temperature)(), {
    'hw.temperature:nvme': 30,
    'hw.temperature:nvme-2': 40,
    'hw.temperature:coretemp-package-id-0': 50,
    'hw.temperature:acpitz': 27.8,
  });
});

test('a sensor that is plugged in is found within a minute, the first one of a machine within five', async () => {
  using machine = new RecordedMachine('bare');
  const read = machine.on(temperature);
  assert.deepEqual(await read(), {});
  machine.write('sys/class/thermal/thermal_zone0/type', 'gpu\n');
  machine.write('sys/class/thermal/thermal_zone0/temp', '61000\n');
  await machine.clock.advance(300_000);
  assert.deepEqual(await read(), { 'hw.temperature:gpu': 61 });
  machine.write('sys/class/thermal/thermal_zone1/type', 'nvme\n');
  machine.write('sys/class/thermal/thermal_zone1/temp', '40000\n');
  await machine.clock.advance(60_000);
  assert.deepEqual(await read(), { 'hw.temperature:gpu': 61, 'hw.temperature:nvme': 40 });
});

test('a value that no sensor can have is absent', () => {
  assert.equal(celsius(-273_200), undefined);
  assert.equal(celsius(65_535_000), undefined);
  assert.equal(celsius(undefined), undefined);
  assert.equal(celsius(-12_500), -12.5);
});
