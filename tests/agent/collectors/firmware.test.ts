import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firmware, readThrottled } from '../../../agent/collectors/firmware.ts';
import { RecordedMachine } from '../../helpers/collecting.ts';

const voltage = 'sys/class/hwmon/hwmon1/in0_lcrit_alarm';
const signs = (undervoltage: number, throttled: number) => ({
  'hw.status:power:under-voltage': undervoltage,
  'hw.status:cpu:throttled': throttled,
});

test('the word of the firmware is about now, not about what was since the boot', async () => {
  for (const soc of ['soc', 'soc@107c000000']) {
    using machine = new RecordedMachine('pi');
    // No file of the repository has a colon in its name: not every system could keep it.
    const file = `sys/devices/platform/${soc}/${soc}:firmware/get_throttled`;
    machine.write(file, '0\n');
    const read = machine.on(firmware);
    assert.deepEqual(await read(), signs(0, 0));
    const words: [string, number, number][] = [
      ['50005', 1, 1],
      ['50000', 0, 0],
      ['0x8', 0, 1],
      ['2', 0, 1],
      ['1', 1, 0],
    ];
    for (const [text, undervoltage, throttled] of words) {
      machine.write(file, `${text}\n`);
      assert.deepEqual(await read(), signs(undervoltage, throttled), text);
    }
    machine.write(file, 'throttled=0x0\n');
    assert.deepEqual(await read(), {}, 'what is no such word says nothing');
  }
  assert.equal(readThrottled(''), undefined);
});

test('where the kernel has only the alarm of the voltage, that is told', async () => {
  using machine = new RecordedMachine('pi');
  const read = machine.on(firmware);
  assert.deepEqual(await read(), { 'hw.status:power:under-voltage': 0 });
  machine.write(voltage, '1\n');
  assert.deepEqual(await read(), { 'hw.status:power:under-voltage': 1 });
  machine.remove('sys/class/hwmon/hwmon1');
  await machine.clock.advance(300_000);
  assert.deepEqual(await read(), {});
});

test('other machines say nothing of it', async () => {
  for (const name of ['debian', 'laptop', 'bare'] as const) {
    using machine = new RecordedMachine(name);
    assert.deepEqual(await machine.on(firmware)(), {});
  }
});
