import assert from 'node:assert/strict';
import { test } from 'node:test';
import { battery, secondsLeft } from '../../../agent/collectors/battery.ts';
import { RecordedMachine } from '../../helpers/collecting.ts';

const folder = 'sys/class/power_supply/BAT0';

test('reads the charge of the machine’s battery and not that of its mouse', async () => {
  using machine = new RecordedMachine('laptop');
  assert.deepEqual(await machine.on(battery)(), {
    'hw.battery.charge:bat0': 0.83,
    'hw.battery.time_left:bat0': 18_000,
    'hw.status:bat0:charging': 0,
    'hw.status:bat0:discharging': 1,
  });
});

test('asks the slow controller twice a minute and repeats its answer in between', async () => {
  using machine = new RecordedMachine('laptop');
  const read = machine.on(battery);
  await read();
  machine.write(`${folder}/capacity`, '82\n');
  machine.write(`${folder}/status`, 'Charging\n');
  assert.equal((await read())['hw.battery.charge:bat0'], 0.83);
  await machine.clock.advance(30_000);
  assert.deepEqual(await read(), {
    'hw.battery.charge:bat0': 0.82,
    'hw.status:bat0:charging': 1,
    'hw.status:bat0:discharging': 0,
  });
});

test('a battery that was taken out, or does not know its charge, is absent', async () => {
  using machine = new RecordedMachine('laptop');
  machine.write(`${folder}/present`, '0\n');
  assert.deepEqual(await machine.on(battery)(), {});
  machine.write(`${folder}/present`, '1\n');
  machine.remove(`${folder}/capacity`);
  assert.deepEqual(await machine.on(battery)(), {});
});

test('reckons the time left from energy or from charge, and says nothing without a flow', () => {
  const reading = (values: Record<string, number>) => (name: string) => values[name];
  assert.equal(secondsLeft(reading({ charge_now: 2_000_000, current_now: -1_000_000 })), 7_200);
  assert.equal(secondsLeft(reading({ energy_now: 2_000_000, power_now: 0 })), undefined);
  assert.equal(secondsLeft(reading({})), undefined);
});
