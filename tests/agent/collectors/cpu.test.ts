import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpu, parseStat, utilization } from '../../../agent/collectors/cpu.ts';
import { RecordedMachine, scanOf } from '../../helpers/collecting.ts';

const stat = (user: number, idle: number) => `cpu  ${user * 2} 0 0 ${idle * 2} 0 0 0 0 0 0
cpu0 ${user} 0 0 ${idle} 0 0 0 0 0 0
cpu1 ${user} 0 0 ${idle} 0 0 0 0 0 0
intr 5 0
`;

test('reads the recorded machine: all cores, and no interrupts', () => {
  using machine = new RecordedMachine('debian');
  const now = parseStat(machine.proc.record('stat') ?? scanOf(''));
  assert.deepEqual([...now.cores.keys()], ['0', '1']);
  assert.equal(now.all?.total, 106068 + 8752 + 68789 + 404923 + 1262 + 421 + 279);
  assert.equal(now.all?.idle, 404923 + 1262);
});

test('says nothing of utilization at the first read, then what happened since', async () => {
  using machine = new RecordedMachine('bare');
  machine.write('proc/stat', stat(100, 100));
  const read = machine.on(cpu);
  assert.deepEqual(await read(), { 'system.cpu.logical.count': 2 });
  machine.write('proc/stat', stat(130, 190));
  assert.deepEqual(await read(), {
    'system.cpu.utilization': 0.25,
    'system.cpu.utilization:0': 0.25,
    'system.cpu.utilization:1': 0.25,
    'system.cpu.logical.count': 2,
  });
});

test('a machine on which no time passed has no utilization', () => {
  const times = { total: 10, idle: 5 };
  assert.equal(utilization(times, times), undefined);
});

test('a core that comes back with smaller counters has no utilization for one cycle', () => {
  assert.equal(utilization({ total: 1000, idle: 900 }, { total: 50, idle: 40 }), undefined);
});

test('idle time that the kernel takes back does not make a core more than busy', () => {
  assert.equal(utilization({ total: 100, idle: 50 }, { total: 110, idle: 49 }), 1);
});

test('reads a kernel without steal and guest columns', () => {
  const { all } = parseStat(scanOf('cpu  10 0 10 80\n'));
  assert.deepEqual(all, { total: 100, idle: 80 });
});

for (const text of [
  '',
  'cpu',
  'cpu  1 2\n',
  'cpu  1 2 3 4 5',
  'hello\nworld\n',
  'cpu  a b c d e\n',
  'cpu  1 2 3 4 x\n',
]) {
  test(`finds no CPU in ${JSON.stringify(text)}`, async () => {
    using machine = new RecordedMachine('bare');
    machine.write('proc/stat', text);
    const read = machine.on(cpu);
    await read();
    assert.deepEqual(await read(), {});
  });
}

test('is absent where there is no /proc/stat', async () => {
  using machine = new RecordedMachine('bare');
  assert.deepEqual(await machine.on(cpu)(), {});
});
