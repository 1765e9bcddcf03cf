/** Servers of Debian packages on loopback: in a folder of their own, as somebody without rights, ended by their process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { eventually, InVain } from './eventually.ts';

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** Why a test of this program cannot run here, or `false`. */
export function missing(program: string, debianPackage: string): string | false {
  const found = ['/usr/sbin', '/usr/bin'].some((folder) => existsSync(join(folder, program)));
  return found
    ? false
    : `${program} is missing (sudo apt-get install ${debianPackage}; its service need not run)`;
}

export type RealServer = {
  program: string;
  /** Its configuration, which is written to `file`. */
  config(o: { port: number; folder: string }): string;
  args(o: { port: number; folder: string; file: string }): readonly string[];
  env?: (folder: string) => Record<string, string>;
};

/** Resolves to its port once `answers` says yes. */
export async function realServer(
  t: TestContext,
  server: RealServer,
  answers: (port: number) => Promise<boolean>,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'netmonitor-real-'));
  const port = await freeUdpPort();
  const file = join(folder, 'server.conf');
  await writeFile(file, server.config({ port, folder }));
  if (isRoot) for (const path of [folder, file]) await chown(path, nobody, nobody);
  const child = spawn(server.program, server.args({ port, folder, file }), {
    env: { PATH: '/usr/sbin:/usr/bin', ...server.env?.(folder) },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(String(chunk)));
  t.after(async () => {
    await ended(child);
    await rm(folder, { recursive: true });
  });
  await eventually(`${server.program} answers`, async () => {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new InVain(`${server.program} has ended: ${said.join('')}`);
    return answers(port);
  });
  return port;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, 'exit');
  child.kill('SIGKILL');
  await end;
}

/** Free for TCP, too, in all likelihood: name servers take both. */
async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
