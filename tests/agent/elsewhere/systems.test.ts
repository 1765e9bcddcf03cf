/**
 * systeminformation itself, made to believe that it is on macOS or Windows, on texts written after published output (see the
 * READMEs of the fixtures). Not run on the platform: no Mac and no Windows was at hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answerer } from '../../../agent/elsewhere/answerer.ts';
import { battery } from '../../../agent/elsewhere/battery.ts';
import { busiestElsewhere } from '../../../agent/elsewhere/busiest.ts';
import { asked, type CallName } from '../../../agent/elsewhere/calls.ts';
import { disks } from '../../../agent/elsewhere/disks.ts';
import { filesystems } from '../../../agent/elsewhere/filesystems.ts';
import type { CollectHere, Here } from '../../../agent/elsewhere/here.ts';
import { memory } from '../../../agent/elsewhere/memory.ts';
import { network } from '../../../agent/elsewhere/network.ts';
import { processes } from '../../../agent/elsewhere/processes.ts';
import { servicesElsewhere } from '../../../agent/elsewhere/services.ts';
import { temperature } from '../../../agent/elsewhere/temperature.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { eventually } from '../../helpers/eventually.ts';
import { hereOf, valuesOf } from '../../helpers/here.ts';
import { OtherSystem } from '../../helpers/other-systems.ts';

const GIB = 2 ** 30;
const notRun = 'not run on the platform';

async function answersOf(answerer: Answerer, calls: readonly CallName[], of = '') {
  const told: Record<string, unknown> = {};
  for (const call of calls) {
    const about = call === 'networkStats' ? of : '';
    told[`${call} ${about}`] = await answerer.ask({ call, of: about });
  }
  return told;
}

async function servicesOf(here: Here) {
  const source = await servicesElsewhere(here, systemClock, new AbortController().signal);
  assert.equal(source.stirred(), true);
  const services = await source.look();
  assert.equal(source.stirred(), false);
  return services;
}

test('what programs of macOS print becomes the same series as on Linux', async (t) => {
  t.diagnostic(notRun);
  using mac = new OtherSystem('darwin');
  const answerer = mac.answerer();
  const calls = asked.darwin.filter((call) => call !== 'networkInterfaces');
  const here = hereOf('darwin', await answersOf(answerer, [...calls, 'networkStats'], 'en0'), ['en0']);
  answerer.end();
  const values = (collect: CollectHere) => valuesOf(collect, here);
  const used = values(memory);
  // (anonymous − purgeable + wired + compressed) pages of 16 KiB; how much there is in all, it asks Node.
  assert.equal(used['system.memory.usage:used'], (409_600 - 10_240 + 131_072 + 65_536) * 16_384);
  assert.equal(used['system.paging.usage:used'], 1024.5 * 2 ** 20);
  assert.equal(used['system.paging.usage:free'], 1023.5 * 2 ** 20);
  assert.ok(!('system.memory.usage:buffers' in used));
  assert.deepEqual(values(disks), {
    'system.disk.io:all:read': 98_120_433_664,
    'system.disk.io:all:write': 71_203_840_000,
    'system.disk.operations:all:read': 5_120_331,
    'system.disk.operations:all:write': 3_301_442,
  });
  const volumes = values(filesystems);
  const points = Object.keys(volumes).filter((name) => name.startsWith('system.filesystem.limit:'));
  assert.deepEqual(
    points.map((name) => name.slice('system.filesystem.limit:'.length)),
    ['/', '/system/volumes/data', '/volumes/backup-disk'],
  );
  assert.equal(volumes['system.filesystem.usage:/system/volumes/data:used'], 250 * GIB);
  assert.equal(volumes['system.filesystem.usage:/system/volumes/data:free'], 192 * GIB);
  assert.equal(volumes['system.filesystem.utilization:/volumes/backup-disk'], 0.5);
  assert.deepEqual(values(network), {
    'system.network.io:en0:receive': 13_047_081_883,
    'system.network.io:en0:transmit': 6_652_036_717,
    'system.network.errors:en0:receive': 3,
    'system.network.errors:en0:transmit': 1,
    'system.network.dropped:en0:receive': 12,
    'system.network.dropped:en0:transmit': 12,
  });
  assert.deepEqual(values(battery), {
    'hw.battery.charge:battery': 0.63,
    'hw.battery.time_left:battery': 187 * 60,
    'hw.status:battery:charging': 0,
    'hw.status:battery:discharging': 1,
  });
  assert.deepEqual(values(processes), { 'system.processes.count': 3 });
  const busiest = busiestElsewhere(here, 'names').processes;
  assert.deepEqual(busiest[0], { pid: 310, name: 'Finder', cpu: 0.012, memoryBytes: 151_000 * 1024 });
  // Jobs of Apple that do not run are not told.
  assert.deepEqual(await servicesOf(here), [
    { name: 'com.apple.Finder', state: 'running' },
    { name: 'com.openssh.sshd', state: 'running' },
    { name: 'com.example.broken', state: 'failed' },
    { name: 'com.example.killed', state: 'failed' },
  ]);
});

test('what PowerShell prints becomes the same series as on Linux, and one shell serves all questions', async (t) => {
  t.diagnostic(notRun);
  using windows = new OtherSystem('win32');
  const answerer = windows.answerer();
  const calls = ['mem', 'fsSize', 'battery', 'cpuTemperature', 'processes', 'services', 'mem'] as const;
  const here = hereOf('win32', await answersOf(answerer, calls));
  assert.deepEqual(windows.started, ['powershell.exe']);
  answerer.end();
  const values = (collect: CollectHere) => valuesOf(collect, here);
  const used = values(memory);
  assert.equal(used['system.paging.usage:used'], 512 * 2 ** 20);
  assert.equal(used['system.paging.utilization'], 512 / 4864);
  assert.equal(
    used['system.memory.limit'],
    used['system.memory.usage:used']! + used['system.memory.usage:free']!,
  );
  assert.ok(!('system.memory.usage:cached' in used));
  assert.deepEqual(values(filesystems), {
    'system.filesystem.limit:c': 480_000_000_000,
    'system.filesystem.usage:c:used': 360_000_000_000,
    'system.filesystem.usage:c:free': 120_000_000_000,
    'system.filesystem.utilization:c': 0.75,
  });
  assert.deepEqual(values(temperature), { 'hw.temperature:cpu': 47 });
  assert.deepEqual(values(processes), { 'system.processes.count': 3 });
  const told = busiestElsewhere(here, 'arguments').processes;
  const notepad = told.find(({ pid }) => pid === 5212);
  assert.equal(notepad?.name, 'notepad.exe');
  assert.equal(notepad?.memoryBytes, 15_728_640);
  assert.equal(notepad?.arguments, 'notepad.exe C:\\plan.txt');
  assert.deepEqual(busiestElsewhere(here, 'off'), { off: true, processes: [] });
  assert.deepEqual(await servicesOf(here), [
    { name: 'adobearmservice', state: 'running' },
    { name: 'spooler', state: 'stopped' },
    { name: 'dhcp', state: 'running' },
  ]);
  assert.deepEqual(values(battery), {
    'hw.battery.charge:battery': 0.84,
    'hw.status:battery:charging': 0,
    'hw.status:battery:discharging': 1,
  });
});

test('programs that a hanging question has started end with it', async () => {
  using mac = new OtherSystem('darwin');
  mac.hang('ioreg');
  const answerer = mac.answerer();
  const answer = answerer.ask({ call: 'battery', of: '' });
  const pid = await eventually('the program hangs', () => mac.hanging());
  answerer.end();
  await assert.rejects(answer, /stopped/);
  await eventually('it is gone', () => !mac.runs(pid));
  assert.equal(answerer.gone, true);
});
