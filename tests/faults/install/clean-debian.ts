/** A Debian of nothing but its essential packages and curl, made by mmdebstrap; what is tested lies in a layer above it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ToolMissing } from '../fault.ts';

const run = promisify(execFile);
const suite = 'trixie';

export type CleanDebian = { folder: string; remove(): Promise<void> };

export async function cleanDebian(): Promise<CleanDebian> {
  const folder = await mkdtemp(join(tmpdir(), 'nm-debian-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const include = '--include=curl,libstdc++6,passwd';
  try {
    await run('mmdebstrap', ['--quiet', '--variant=essential', include, '--format=directory', suite, folder]);
  } catch (error) {
    await remove();
    if ((error as { code?: unknown }).code === 'ENOENT')
      throw new ToolMissing('mmdebstrap is missing (Debian package mmdebstrap)');
    throw error;
  }
  return { folder, remove };
}
