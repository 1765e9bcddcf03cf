import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disks, parseDiskstats } from '../../../agent/collectors/disks.ts';
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
