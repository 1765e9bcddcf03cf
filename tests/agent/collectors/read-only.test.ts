import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isReadOnly, readOnly } from '../../../agent/collectors/read-only.ts';
import { RecordedMachine } from '../../helpers/collecting.ts';

const file = 'proc/self/mountinfo';
const name = 'system.filesystem.read_only';

test('a card that the kernel has turned read-only is told within a minute, and that it takes data again', async () => {
  using machine = new RecordedMachine('pi');
  const read = machine.on(readOnly);
  const before = machine.read(file);
  assert.deepEqual(await read(), { [name]: 0 });
  machine.write(file, before.replace('/dev/mmcblk0p2 rw\n', '/dev/mmcblk0p2 ro\n'));
  await machine.clock.advance(60_000);
  assert.deepEqual(await read(), { [name]: 1 });
  machine.write(file, before);
  await machine.clock.advance(60_000);
  assert.deepEqual(await read(), { [name]: 0 });
  using bare = new RecordedMachine('bare');
  assert.deepEqual(await bare.on(readOnly)(), {});
});

test('what counts is the file system that holds the folder, not how a unit sees it', () => {
  const lines = [
    '27 1 179:2 / / ro,noatime shared:1 - ext4 /dev/mmcblk0p2 rw',
    '40 27 179:3 / /var/lib ro,noatime shared:1 - ext4 /dev/mmcblk0p3 rw,errors=remount-ro',
    '41 40 179:3 /netmonitor /var/lib/netmonitor rw shared:1 master:2 - ext4 /dev/mmcblk0p3 rw',
    '42 27 179:1 / /var/lib/netmonitor\\040old rw - vfat /dev/sda1 ro',
  ];
  const of = (folder: string, ...more: string[]) => isReadOnly([...lines, ...more, ''].join('\n'), folder);
  assert.equal(of('/var/lib/netmonitor/agent'), false);
  assert.equal(of('/var/lib/netmonitor old/agent'), true);
  assert.equal(of('/var/library'), false);
  const later = '43 41 179:4 / /var/lib/netmonitor rw - ext4 /dev/sdb1 ro,relatime';
  assert.equal(of('/var/lib/netmonitor/agent', later), true, 'the later mount hides the earlier');
  assert.equal(of('/', '44 1 179:2 / / rw - ext4 /dev/mmcblk0p2 rw,emergency_ro'), true);
  assert.equal(isReadOnly('garbage\n', '/'), undefined);
});
