/** Other people's stores as peers: their programs come from Debian, run on loopback in a folder of their own, and end here. */
import { spawn } from 'node:child_process';
import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MissingPeer } from './bench.ts';

export async function assertInstalled(binary: string, debianPackage: string): Promise<void> {
  await access(binary).catch(() => {
    throw new MissingPeer(
      `${binary} is missing. On Debian: sudo apt-get install ${debianPackage} (its service need not run).`,
    );
  });
}

export type Running = { pid: number; stop(): Promise<void> };

/** Ended by its own pid. */
export function startPeer(binary: string, args: readonly string[]): Running {
  const child = spawn(binary, args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Sizes of all regular files below. */
export async function folderBytes(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) sum += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return sum;
}
