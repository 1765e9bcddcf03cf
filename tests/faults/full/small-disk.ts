/** A disk of a few megabytes in memory, on which so many pages are left. */
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCodeOf } from '../../../appliance/runtime/errors.ts';

const pageBytes = 4096;

export class SmallDisk {
  readonly folder: string;

  constructor(bytes: number) {
    this.folder = mkdtempSync(join(tmpdir(), 'nm-full-'));
    const mounted = mount(this.folder, bytes);
    if (mounted !== null) throw new Error(mounted);
  }

  get #filler(): string {
    return join(this.folder, 'filler');
  }

  /** Takes everything but so many pages. */
  fill(pages: number): void {
    const handle = openSync(this.#filler, 'w');
    const page = Buffer.alloc(pageBytes, 1);
    let at = 0;
    try {
      for (;;) at += writeSync(handle, page, 0, pageBytes, at);
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOSPC') throw error;
    }
    ftruncateSync(handle, Math.max(0, at - pages * pageBytes));
    closeSync(handle);
  }

  free(): void {
    rmSync(this.#filler, { force: true });
  }

  /** As a kernel makes it that has found an error, and as whoever repairs it. */
  remount(how: 'ro' | 'rw'): void {
    const { status, stderr } = spawnSync('mount', ['-o', `remount,${how}`, this.folder], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`it cannot be remounted: ${stderr}`);
  }

  remove(): void {
    spawnSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Why no disk can be mounted here, or null. */
export function whyNoDisk(): string | null {
  if (process.platform !== 'linux') return 'a small disk can be mounted on Linux only';
  const folder = mkdtempSync(join(tmpdir(), 'nm-full-'));
  const why = mount(folder, 1 << 20);
  if (why === null) spawnSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true });
  return why;
}

function mount(folder: string, bytes: number): string | null {
  const options = `size=${bytes},mode=0700`;
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], {
    encoding: 'utf8',
  });
  if (error !== undefined) return 'mount is not installed';
  return status === 0 ? null : `a small disk cannot be mounted (root is needed): ${stderr.trim()}`;
}
