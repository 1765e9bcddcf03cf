/** Answers as published (tests/fixtures/windows/README.md) or made: nothing here ran on Windows or macOS. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { battery } from '../../../agent/elsewhere/battery.ts';
import { cpu } from '../../../agent/elsewhere/cpu.ts';
import { disks } from '../../../agent/elsewhere/disks.ts';
import { filesystems } from '../../../agent/elsewhere/filesystems.ts';
import { gpu } from '../../../agent/elsewhere/gpu.ts';
import { load } from '../../../agent/elsewhere/load.ts';
import { memory } from '../../../agent/elsewhere/memory.ts';
import { network } from '../../../agent/elsewhere/network.ts';
import { processes } from '../../../agent/elsewhere/processes.ts';
import { temperature } from '../../../agent/elsewhere/temperature.ts';
import { uptime } from '../../../agent/elsewhere/uptime.ts';
import { core, cyclesOf, hereOf, valuesOf } from '../../helpers/here.ts';
import { repository } from '../../helpers/programs.ts';

const published = JSON.parse(
  readFileSync(join(repository, 'tests/fixtures/windows/network.json'), 'utf8'),
) as {
  nothing: unknown;
  some: unknown;
  interfaces: unknown;
};

test('what systeminformation could not find is absent, not zero', () => {
  const here = hereOf('win32', { 'networkStats Ethernet': published.nothing }, ['Ethernet']);
  assert.deepEqual(valuesOf(network, here), {});
  const empty = hereOf('darwin', {
    'mem ': { total: 0, free: 0, available: 0, swaptotal: 0, swapfree: 0 },
    'fsStats ': { rx: 0, wx: 0 },
    'disksIO ': null,
    'fsSize ': [{ mount: 'E:', size: 0, used: 0, available: 0 }, { mount: 5 }, null],
    'battery ': { hasBattery: false, percent: 0 },
    'cpuTemperature ': { main: null },
    'graphics ': { controllers: [{ model: 'a card', utilizationGpu: null }] },
    'processes ': { all: 0 },
  });
  for (const collect of [memory, disks, filesystems, battery, temperature, gpu, processes])
    assert.deepEqual(valuesOf(collect, empty), {});
  for (const collect of [memory, disks, filesystems, network, battery, temperature, gpu, processes, cpu])
    assert.deepEqual(valuesOf(collect, hereOf('win32', {})), {});
});

test('traffic is told once for each answer, state, speed and MTU as long as they are known', () => {
  const told = { 'networkStats Ethernet': published.some, 'networkInterfaces ': published.interfaces };
  const cycle = cyclesOf(network, hereOf('win32', told, ['Ethernet']));
  const state = { 'system.network.up:ethernet': 1, 'system.network.speed:ethernet': 1_000_000_000 };
  assert.deepEqual(cycle(), {
    'system.network.io:ethernet:receive': 669_484_371,
    'system.network.io:ethernet:transmit': 28_345_113,
    'system.network.errors:ethernet:receive': 1,
    'system.network.errors:ethernet:transmit': 0,
    'system.network.dropped:ethernet:receive': 2,
    'system.network.dropped:ethernet:transmit': 0,
    ...state,
  });
  assert.deepEqual(cycle(), state);
});

test('an interface that has an address is not down, whatever could not be asked', () => {
  const told = (operstate: string) => ({
    'networkInterfaces ': [{ iface: 'en0', internal: false, operstate }],
  });
  assert.deepEqual(valuesOf(network, hereOf('darwin', told('down'), ['en0'])), {});
  assert.deepEqual(valuesOf(network, hereOf('darwin', told('down'))), { 'system.network.up:en0': 0 });
  assert.deepEqual(valuesOf(network, hereOf('darwin', told('unknown'))), {});
});

test('the processor is measured between two cycles, without a question', () => {
  let cores = [core(100, 900), core(0, 1_000)];
  const here = hereOf('win32', {});
  here.os.cpus = () => cores;
  const cycle = cyclesOf(cpu, here);
  assert.deepEqual(cycle(), { 'system.cpu.logical.count': 2 });
  cores = [core(175, 925), core(0, 1_100)];
  assert.deepEqual(cycle(), {
    'system.cpu.utilization': 0.375,
    'system.cpu.utilization:0': 0.75,
    'system.cpu.utilization:1': 0,
    'system.cpu.logical.count': 2,
  });
});

test('load averages are told where there are any', () => {
  const mac = hereOf('darwin', {});
  mac.os.loadavg = () => [1.5, 1.25, 1];
  assert.deepEqual(valuesOf(load, mac), {
    'system.cpu.load_average.1m': 1.5,
    'system.cpu.load_average.5m': 1.25,
    'system.cpu.load_average.15m': 1,
  });
  assert.deepEqual(valuesOf(load, hereOf('win32', {})), {});
  mac.os.uptime = () => 86_400.5;
  assert.deepEqual(valuesOf(uptime, mac), { 'system.uptime': 86_400.5 });
});

test('a graphics card is told of as far as its maker tells', () => {
  const controllers = [
    { model: 'on board' },
    { model: 'a card', utilizationGpu: 37, memoryTotal: 8192, memoryUsed: 2048, temperatureGpu: 61 },
  ];
  assert.deepEqual(valuesOf(gpu, hereOf('win32', { 'graphics ': { controllers } })), {
    'hw.gpu.utilization:card1': 0.37,
    'hw.gpu.memory.limit:card1': 8 * 2 ** 30,
    'hw.gpu.memory.usage:card1': 2 * 2 ** 30,
    'hw.gpu.memory.utilization:card1': 0.25,
    'hw.temperature:gpu-card1': 61,
  });
});
