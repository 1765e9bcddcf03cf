import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gpu } from '../../../agent/collectors/gpu.ts';
import { RecordedMachine } from '../../helpers/collecting.ts';

const folder = 'sys/class/drm/card1/device';

test('reads load and memory of a card, once, though its outputs are listed too', async () => {
  using machine = new RecordedMachine('laptop');
  assert.deepEqual(await machine.on(gpu)(), {
    'hw.gpu.utilization:card1': 0.07,
    'hw.gpu.memory.limit:card1': 536_870_912,
    'hw.gpu.memory.usage:card1': 268_435_456,
    'hw.gpu.memory.utilization:card1': 0.5,
  });
});

test('does not ask a card that sleeps, because the question would wake it', async () => {
  using machine = new RecordedMachine('laptop');
  const read = machine.on(gpu);
  machine.write(`${folder}/power/runtime_status`, 'suspended\n');
  assert.deepEqual(await read(), {});
  machine.write(`${folder}/power/runtime_status`, 'active\n');
  assert.equal(Object.keys(await read()).length, 4);
});

test('a card whose driver says nothing is absent, and so are figures that cannot be', async () => {
  using machine = new RecordedMachine('laptop');
  machine.write(`${folder}/gpu_busy_percent`, '255\n');
  machine.write(`${folder}/mem_info_vram_used`, '999999999999\n');
  assert.deepEqual(await machine.on(gpu)(), {});
  machine.remove(`${folder}/gpu_busy_percent`);
  machine.write(`${folder}/mem_info_vram_used`, '1024\n');
  assert.deepEqual(await machine.on(gpu)(), {});
});
