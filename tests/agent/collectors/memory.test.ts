import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMeminfo } from '../../../agent/collectors/meminfo.ts';
import { memory, memoryOf } from '../../../agent/collectors/memory.ts';
import { swapOf } from '../../../agent/collectors/swap.ts';
import { RecordedMachine, scanOf } from '../../helpers/collecting.ts';

const meminfo = (text: string) => parseMeminfo(scanOf(text));

test('reads the memory of a Pi: used is what is not available', async () => {
  using machine = new RecordedMachine('pi');
  const values = await machine.on(memory)();
  assert.equal(values['system.memory.limit'], 949328 * 1024);
  assert.equal(values['system.memory.usage:free'], 49512 * 1024);
  assert.equal(values['system.memory.usage:buffers'], 437356 * 1024);
  assert.equal(values['system.memory.usage:cached'], 411156 * 1024);
  assert.equal(values['system.memory.usage:used'], (949328 - 884628) * 1024);
  assert.ok(Math.abs((values['system.memory.utilization'] ?? 0) - 0.0682) < 0.0001);
});

test('sees memory change between two reads through the same descriptor', async () => {
  using machine = new RecordedMachine('bare');
  machine.write('proc/meminfo', 'MemTotal: 1000 kB\nMemFree: 400 kB\nMemAvailable: 600 kB\n');
  const read = machine.on(memory);
  assert.equal((await read())['system.memory.utilization'], 0.4);
  machine.write('proc/meminfo', 'MemTotal: 1000 kB\nMemFree: 400 kB\nMemAvailable: 250 kB\n');
  assert.equal((await read())['system.memory.utilization'], 0.75);
  assert.equal(machine.proc.held, 1);
});

test('a kernel without MemAvailable is estimated from free, buffers and cache', () => {
  const found = memoryOf(meminfo('MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 200 kB\n'));
  assert.equal(found?.available, 350 * 1024);
});

test('a machine without a free amount has a limit and no use', async () => {
  using machine = new RecordedMachine('bare');
  machine.write('proc/meminfo', 'MemTotal: 1000 kB\n');
  assert.deepEqual(await machine.on(memory)(), { 'system.memory.limit': 1000 * 1024 });
});

test('a field is found by its whole name', () => {
  assert.equal(meminfo('SwapCached: 7 kB\nCached: 9 kB\n').Cached, 9 * 1024);
  assert.deepEqual(meminfo('SwapCached: 7 kB\n'), {});
});

for (const cut of [
  'MemTotal: 12',
  'MemTotal: 12 kB',
  'MemTotal: 12 MB\n',
  'MemTotal: 1',
  'MemTotal:',
  'Mem',
  '',
]) {
  test(`does not believe a file that was cut off at ${JSON.stringify(cut)}`, () => {
    assert.equal(memoryOf(meminfo(cut)), undefined);
  });
}

test('reads the swap of a Pi', async () => {
  using machine = new RecordedMachine('pi');
  const values = await machine.on(memory)();
  assert.equal(values['system.paging.usage:used'], 4 * 1024);
  assert.equal(values['system.paging.usage:free'], 102392 * 1024);
});

test('a machine without swap has no swap series', async () => {
  using machine = new RecordedMachine('debian');
  const names = Object.keys(await machine.on(memory)());
  assert.equal(names.length, 6);
  assert.ok(names.every((name) => name.startsWith('system.memory.')));
  assert.equal(swapOf(meminfo('SwapTotal: 10 kB\nSwapFree: 20 kB\n')), undefined);
});
