import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../../appliance/runtime/log.ts';
import { chooseButton, choosePanel } from '../../../display/hardware/choose.ts';
import { createSimulatedPanel } from '../../../display/hardware/simulated.ts';
import { FakeClock } from '../../helpers/clock.ts';

const lines: string[] = [];
const seams = {
  clock: new FakeClock(),
  log: createLog({ name: 'test', level: 'info', write: (line) => lines.push(line) }),
};
const edges = { down: () => undefined, up: () => undefined };

test('simulates the panel where the bus does not exist, without a word', async () => {
  const panel = await choosePanel({ panel: 'auto', i2c_bus: 98, i2c_address: 0x3c }, seams);
  assert.equal(panel.name, 'simulated');
  assert.deepEqual(lines, []);
});

test('takes the real panel when it is asked for by name, even if it is not there yet', async () => {
  const panel = await choosePanel({ panel: 'ssd1306', i2c_bus: 98, i2c_address: 0x3c }, seams);
  assert.equal(panel.name, 'ssd1306');
  await panel.stop();
});

test('a button that cannot be used is simulated, and the log says why', async () => {
  const button = await chooseButton({ button: 'gpio', gpio: 17 }, createSimulatedPanel(), edges, seams);
  assert.equal(button.name, 'simulated');
  assert.ok(lines.some((line) => line.includes('button cannot be used')));
});

test('left to itself, a button goes with its panel: none is looked for beside a simulated one', async () => {
  const said = lines.length;
  const button = await chooseButton({ button: 'auto', gpio: 17 }, createSimulatedPanel(), edges, seams);
  assert.deepEqual([button.name, lines.length], ['simulated', said]);
  const real = { ...createSimulatedPanel(), name: 'ssd1306' };
  await chooseButton({ button: 'auto', gpio: 60_000 }, real, edges, seams);
  assert.equal(lines.length, said + 1, 'a pin that does not exist was looked for beside a real one');
});
