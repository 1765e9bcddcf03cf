import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileSystemSizes } from '../../../agent/collectors/collector.ts';
import { filesystems } from '../../../agent/collectors/filesystems.ts';
import { mayHang, parseMountinfo, realMounts } from '../../../agent/collectors/mounts.ts';
import { ONE_GIB, RecordedMachine } from '../../helpers/collecting.ts';

const points = (text: string) => realMounts(parseMountinfo(text)).map((mount) => mount.point);

test('measures the recorded machine once: its root, none of the kernel views', () => {
  using machine = new RecordedMachine('debian');
  assert.deepEqual(points(machine.proc.text('self/mountinfo') ?? ''), ['/']);
});

test('measures the file systems of a Pi, with a space in a name and without the bind mount', () => {
  using machine = new RecordedMachine('pi');
  const found = points(machine.proc.text('self/mountinfo') ?? '').sort();
  assert.deepEqual(found, ['/', '/boot/firmware', '/media/My Disk', '/mnt/nas']);
});

test('the root of a container is measured, what its runtime binds in is not', () => {
  const text = `1 0 0:50 / / rw - overlay overlay rw,lowerdir=a
2 1 254:1 /x/hosts /etc/hosts rw - ext4 /dev/vda1 rw
3 1 0:51 / /dev/shm rw - tmpfs shm rw
`;
  assert.deepEqual(points(text), ['/']);
});

test('counts as df does: blocks kept for root are neither used nor free', async () => {
  using machine = new RecordedMachine('debian');
  assert.deepEqual(await machine.on(filesystems)(), {
    'system.filesystem.limit:/': 262_144 * 4096,
    'system.filesystem.usage:/:used': 131_072 * 4096,
    'system.filesystem.usage:/:free': 117_965 * 4096,
    'system.filesystem.utilization:/': 131_072 / (131_072 + 117_965),
    'system.filesystem.inodes.usage:/:used': 5_536,
    'system.filesystem.inodes.usage:/:free': 60_000,
  });
});

test('a dead network file system costs one wait, then nothing, and the others go on', async () => {
  using machine = new RecordedMachine('pi');
  let asked = 0;
  let answer: (sizes: FileSystemSizes) => void = () => undefined;
  machine.sizes = (point) => {
    if (point !== '/mnt/nas') return Promise.resolve(ONE_GIB);
    asked += 1;
    return new Promise((resolve) => {
      answer = resolve;
    });
  };
  const read = machine.on(filesystems);
  const first = read();
  await machine.clock.advance(1_000);
  const values = await first;
  assert.equal('system.filesystem.limit:/mnt/nas' in values, false);
  assert.equal('system.filesystem.limit:/media/my-disk' in values, true);
  // Without the clock moving: the second cycle does not wait for the dead one.
  assert.equal('system.filesystem.limit:/boot/firmware' in (await read()), true);
  assert.equal(asked, 1);
  answer(ONE_GIB);
  await machine.clock.advance(0);
  machine.sizes = async () => ONE_GIB;
  assert.equal((await read())['system.filesystem.limit:/mnt/nas'], 262_144 * 4096);
  assert.equal(machine.clock.timers, 0);
});

test('however many network file systems are dead, one thread of the pool waits', async () => {
  using machine = new RecordedMachine('bare');
  const nfs = (n: number) => `${n} 1 0:${n} / /mnt/n${n} rw - nfs4 10.0.0.2:/e${n} rw\n`;
  machine.write('proc/self/mountinfo', [60, 61, 62, 63, 64].map(nfs).join(''));
  let waiting = 0;
  machine.sizes = () => {
    waiting += 1;
    return new Promise(() => undefined);
  };
  const read = machine.on(filesystems);
  for (let cycle = 0; cycle < 3; cycle++) {
    const done = read();
    await machine.clock.advance(2_000);
    await done;
  }
  assert.equal(waiting, 1);
});

test('a file system that refuses is absent', async () => {
  using machine = new RecordedMachine('pi');
  machine.sizes = async (point) => {
    if (point === '/boot/firmware') throw new Error('EACCES');
    return ONE_GIB;
  };
  assert.equal('system.filesystem.limit:/boot/firmware' in (await machine.on(filesystems)()), false);
});

test('two mount points that a series name cannot tell apart stay two', async () => {
  using machine = new RecordedMachine('bare');
  const line = (n: number, point: string) => `${n} 1 8:${n} / ${point} rw - ext4 /dev/sd${n} rw\n`;
  const long = `/srv/${'x'.repeat(200)}`;
  machine.write(
    'proc/self/mountinfo',
    line(1, '/mnt/A') + line(2, '/mnt/a') + line(3, `${long}1`) + line(4, `${long}2`),
  );
  const values = Object.keys(await machine.on(filesystems)());
  assert.equal(values.filter((name) => name.startsWith('system.filesystem.limit:')).length, 4);
  assert.ok(values.every((name) => name.length <= 128));
});

test('knows which file systems may hang', () => {
  const [nas, disk] = parseMountinfo(`70 27 0:44 / /mnt/nas rw - nfs4 10.0.0.2:/e rw
27 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw
`);
  assert.equal(mayHang(nas!), true);
  assert.equal(mayHang(disk!), false);
});

test('the list of mounts is read twice a minute, and at once when another file system answers at a mount point', async () => {
  using machine = new RecordedMachine('bare');
  const line = (n: number, point: string) => `${n} 1 8:${n} / ${point} rw - ext4 /dev/sd${n} rw\n`;
  let stick = { ...ONE_GIB, blocks: 1_000, bfree: 500, bavail: 400 };
  machine.statfsNow = (point = '') => (point === '/mnt/stick' ? stick : ONE_GIB);
  machine.write('proc/self/mountinfo', line(1, '/') + line(2, '/mnt/stick'));
  const read = machine.on(filesystems);
  const limits = async () =>
    Object.keys(await read()).filter((name) => name.startsWith('system.filesystem.limit'));
  assert.deepEqual(await limits(), ['system.filesystem.limit:/', 'system.filesystem.limit:/mnt/stick']);
  // Pulled: what answers there now is what the folder lies on.
  machine.write('proc/self/mountinfo', line(1, '/'));
  stick = ONE_GIB;
  assert.deepEqual(await limits(), ['system.filesystem.limit:/']);
  machine.write('proc/self/mountinfo', line(1, '/') + line(3, '/mnt/other'));
  assert.deepEqual(await limits(), ['system.filesystem.limit:/']);
  await machine.clock.advance(30_000);
  assert.deepEqual(await limits(), ['system.filesystem.limit:/', 'system.filesystem.limit:/mnt/other']);
  machine.remove('proc/self/mountinfo');
  machine.proc.close();
  await machine.clock.advance(30_000);
  assert.deepEqual(await limits(), [], 'a list that cannot be read is none');
});
