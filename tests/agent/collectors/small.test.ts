import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectors } from '../../../agent/collectors/index.ts';
import { load, parseLoadavg } from '../../../agent/collectors/load.ts';
import { Pace } from '../../../agent/collectors/pace.ts';
import { countProcesses, processes } from '../../../agent/collectors/processes.ts';
import { parseUptime, uptime } from '../../../agent/collectors/uptime.ts';
import { RecordedMachine, scanOf } from '../../helpers/collecting.ts';

test('reads the load averages, and again after they changed', async () => {
  using machine = new RecordedMachine('pi');
  const read = machine.on(load);
  assert.deepEqual(await read(), {
    'system.cpu.load_average.1m': 0.21,
    'system.cpu.load_average.5m': 0.18,
    'system.cpu.load_average.15m': 0.1,
  });
  machine.write('proc/loadavg', '12.50 3.00 1.00 4/1152 9\n');
  assert.equal((await read())['system.cpu.load_average.1m'], 12.5);
});

test('what nobody had is looked for every five minutes only, and what there is more often', async () => {
  using machine = new RecordedMachine('bare');
  const pace = new Pace(machine.clock, 60_000);
  const due = async (ms: number) => {
    await machine.clock.advance(ms);
    return pace.due;
  };
  assert.equal(pace.due, true);
  pace.looked(true);
  assert.deepEqual([await due(59_999), await due(1)], [false, true]);
  pace.looked(false);
  assert.deepEqual([await due(299_999), await due(1)], [false, true]);
});

test('of this machine load and processes are read now and then, and told in each cycle', async () => {
  using machine = new RecordedMachine('pi');
  machine.proc.isProcfs = () => true;
  const [readLoad, readProcesses] = [machine.on(load), machine.on(processes)];
  const now = async () => [
    (await readLoad())['system.cpu.load_average.1m'],
    (await readProcesses())['system.processes.count'],
  ];
  assert.deepEqual(await now(), [0.21, 3]);
  machine.write('proc/loadavg', '12.50 3.00 1.00 4/1152 9\n');
  machine.write('proc/9000/comm', 'new');
  await machine.clock.advance(5_000);
  assert.deepEqual(await now(), [0.21, 3]);
  await machine.clock.advance(5_000);
  assert.deepEqual(await now(), [12.5, 3]);
  await machine.clock.advance(5_000);
  assert.deepEqual(await now(), [12.5, 4]);
});

test('reads the uptime', async () => {
  using machine = new RecordedMachine('pi');
  assert.deepEqual(await machine.on(uptime)(), { 'system.uptime': 24640.17 });
});

test('the uptime goes on between two readings, and is read at once when the machine has slept', async () => {
  using machine = new RecordedMachine('pi');
  machine.proc.isProcfs = () => true;
  const read = machine.on(uptime);
  const now = async () => (await read())['system.uptime'];
  assert.equal(await now(), 24640.17);
  await machine.clock.advance(5_000);
  assert.equal(await now(), 24645.17);
  machine.write('proc/uptime', '99999.00 1.00\n');
  assert.equal(await now(), 24645.17);
  machine.clock.jumpWall(3_600_000);
  assert.equal(await now(), 99999);
  machine.remove('proc/uptime');
  machine.proc.close();
  await machine.clock.advance(60_000);
  assert.equal(await now(), undefined, 'what cannot be read any more is absent');
});

for (const text of [
  '',
  '0.21\n',
  '0.21 0.18 0.1',
  'a b c 1/2 3\n',
  '-1.00 0.00 0.00 1/2 3\n',
  '1 2 3\n',
  '1. 2. 3.\n',
]) {
  test(`takes ${JSON.stringify(text)} for no load and no uptime`, () => {
    assert.equal(parseLoadavg(scanOf(text)), undefined);
    if (!text.startsWith('0.21 0')) assert.equal(parseUptime(scanOf(text)), undefined);
  });
}

test('counts the numbered folders of /proc as processes', async () => {
  using machine = new RecordedMachine('pi');
  const read = machine.on(processes);
  assert.deepEqual(await read(), { 'system.processes.count': 3 });
  machine.write('proc/9000/comm', 'new');
  assert.deepEqual(await read(), { 'system.processes.count': 4 });
  assert.equal(countProcesses(['1', '10', 'self', 'acpi', '0x']), 2);
});

test('counts the processes of this machine as a listing does, also when only links are counted', async () => {
  const { Files } = await import('../../../agent/files.ts');
  using recorded = new RecordedMachine('bare');
  const machine = { ...recorded, proc: new Files('/proc'), sys: recorded.sys, clock: recorded.clock };
  const collect = processes(machine as never);
  const counted: number[] = [];
  const once = () => collect({ put: (_, value) => counted.push(value) });
  once();
  once();
  const listed = countProcesses(machine.proc.list(''));
  machine.proc.close();
  assert.equal(counted.length, 2);
  // Other programs come and go on this machine meanwhile; a count of threads or folders would be far off.
  for (const count of counted)
    assert.ok(Math.abs(count - listed) <= Math.max(20, listed / 5), `${count}, ${listed}`);
});

test('on a machine that shows nothing every collector is silent, and none throws', async () => {
  using machine = new RecordedMachine('bare');
  for (const collector of Object.values(collectors)) {
    const read = machine.on(collector);
    assert.deepEqual(await read(), {});
    assert.deepEqual(await read(), {});
  }
  assert.equal(machine.proc.held + machine.sys.held, 0);
});

test('keeps as many descriptors after many cycles as after the first two', async () => {
  using machine = new RecordedMachine('pi');
  const reads = Object.values(collectors).map((collector) => machine.on(collector));
  // What one collector gives back at its first look another has taken, and takes again.
  for (const read of [...reads, ...reads]) await read();
  const held = machine.proc.held + machine.sys.held;
  for (let cycle = 0; cycle < 30; cycle++) {
    await machine.clock.advance(5_000);
    for (const read of reads) await read();
  }
  assert.equal(machine.proc.held + machine.sys.held, held);
});
