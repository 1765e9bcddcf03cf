import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disks, parseDiskStat, parseDiskstats } from '../../../agent/collectors/disks.ts';
import { RecordedMachine, scanOf } from '../../helpers/collecting.ts';

test('reads the disk of a Pi, without its partitions, boot parts and RAM disks', async () => {
  using machine = new RecordedMachine('pi');
  assert.deepEqual(await machine.on(disks)(), {
    'system.disk.io:mmcblk0:read': 2401832 * 512,
    'system.disk.io:mmcblk0:write': 701448 * 512,
    'system.disk.operations:mmcblk0:read': 30210,
    'system.disk.operations:mmcblk0:write': 18040,
    'system.disk.io_time:mmcblk0': 180.24,
  });
});

test('reads the recorded machine: one disk, no loop devices, no compressed memory', () => {
  using machine = new RecordedMachine('debian');
  assert.deepEqual([...parseDiskstats(machine.proc.lines('diskstats') ?? scanOf('')).keys()], ['vda']);
});

test('a disk that is plugged in appears, and is gone when it is pulled', async () => {
  using machine = new RecordedMachine('pi');
  const read = machine.on(disks);
  await read();
  const before = machine.proc.text('diskstats') ?? '';
  machine.write('sys/block/sda/size', '1');
  machine.write('proc/diskstats', `${before}   8 0 sda 1 0 2 0 3 0 4 0 0 5 6\n`);
  const with2 = await read();
  assert.equal(with2['system.disk.io:sda:read'], 1024);
  assert.equal(with2['system.disk.io_time:sda'], 0.005);
  machine.write('proc/diskstats', before);
  assert.equal('system.disk.io:sda:read' in (await read()), false);
});

test('few disks are asked one by one, and a slash in the name of one stays', async () => {
  using machine = new RecordedMachine('bare');
  // As Linux 6.1 writes it: seventeen columns.
  const stat = (reads: number) => ` ${reads} 1 8 4 2 1 16 5 0 6 9 0 0 0 0 1 1\n`;
  machine.write('sys/block/sda/stat', stat(7));
  machine.write('sys/block/cciss!c0d0/stat', stat(8));
  machine.write('sys/block/loop0/stat', stat(9));
  const read = machine.on(disks);
  const reads = async () => {
    const values = Object.entries(await read());
    return Object.fromEntries(values.filter(([name]) => /operations.*read/.test(name)));
  };
  assert.deepEqual(await reads(), {
    'system.disk.operations:sda:read': 7,
    'system.disk.operations:cciss/c0d0:read': 8,
  });
  assert.deepEqual((await read())['system.disk.io_time:sda'], 0.006);
  machine.remove('sys/block/sda');
  machine.sys.close();
  assert.deepEqual(await reads(), { 'system.disk.operations:cciss/c0d0:read': 8 });
  machine.write('sys/block/sdb/stat', stat(1));
  assert.deepEqual(Object.keys(await reads()).sort(), [
    'system.disk.operations:cciss/c0d0:read',
    'system.disk.operations:sdb:read',
  ]);
});

for (const text of ['', '1 2 3\n', ' 1 2 3 4 5 6 7 8 9 10 11', 'a b\n'])
  test(`reads no counters in ${JSON.stringify(text)}`, () =>
    assert.equal(parseDiskStat(scanOf(text)), undefined));

for (const text of [
  '',
  'nonsense',
  '   8       0 sda 1 2 3 4\n',
  '   8       0 sda 1 2 3 4 5 6 7 8 9 10 11',
  '   8       0 sda\n',
]) {
  test(`finds no disk in ${JSON.stringify(text)}`, () => {
    assert.equal(parseDiskstats(scanOf(text)).size, 0);
  });
}
