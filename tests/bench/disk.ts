/** A place to write to whose written bytes are counted: a file system of its own on a loop device, or the process's own counter. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dataMountOptions } from '../../image/data-mount.ts';

const run = promisify(execFile);
const imageBytes = 2 * 2 ** 30;
const sectorBytes = 512;

export interface Disk {
  readonly folder: string;
  readonly device: boolean;
  /** Brings to the device what the kernel still holds, and says how much was ever written. */
  writtenBytes(pid: number): Promise<number>;
  remove(): Promise<void>;
}

/** With root and a free loop device ext4 with its journal counts, as on a card. */
export async function createDisk(folder: string): Promise<Disk> {
  return (await loopDisk(folder).catch(() => null)) ?? plainDisk(folder);
}

async function loopDisk(folder: string): Promise<Disk | null> {
  if (process.getuid?.() !== 0) return null;
  const image = `${folder}.img`;
  await writeFile(image, '');
  await truncate(image, imageBytes);
  await run('mkfs.ext4', ['-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image]);
  const { stdout } = await run('losetup', ['-f', '--show', image]);
  const device = stdout.trim();
  try {
    await mkdir(folder);
    await run('mount', ['-o', dataMountOptions, device, folder]);
  } catch (error) {
    await run('losetup', ['-d', device]);
    throw error;
  }
  const stat = join('/sys/block', device.replace('/dev/', ''), 'stat');
  return {
    ...{ folder, device: true },
    async writtenBytes() {
      await run('sync', ['-f', folder]);
      // Field 7 are the sectors written (Documentation/block/stat.rst).
      return Number(readFileSync(stat, 'utf8').trim().split(/\s+/)[6]) * sectorBytes;
    },
    async remove() {
      await run('umount', [folder]);
      await run('losetup', ['-d', device]);
    },
  };
}

async function plainDisk(folder: string): Promise<Disk> {
  await mkdir(folder, { recursive: true });
  return {
    ...{ folder, device: false },
    async writtenBytes(pid) {
      const io = readFileSync(`/proc/${pid}/io`, 'utf8');
      return Number(/^write_bytes: (\d+)$/m.exec(io)?.[1] ?? Number.NaN);
    },
    async remove() {
      // It goes with the folder that it is in.
    },
  };
}
