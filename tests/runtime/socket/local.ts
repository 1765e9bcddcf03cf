/** A local server and its client on a socket of their own, both ended with the test. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createLog } from '../../../appliance/runtime/log.ts';
import type { Part } from '../../../appliance/runtime/parts.ts';
import { createLocalClient, type LocalClient } from '../../../appliance/runtime/socket/client.ts';
import { createLocalServer, type Route } from '../../../appliance/runtime/socket/server.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

export type Local = { path: string; server: Part; client: LocalClient; lines: string[] };

export async function startLocal(t: TestContext, routes: readonly Route[]): Promise<Local> {
  const path = join(temporaryFolder(t), 'demo.sock');
  const lines: string[] = [];
  const server = serverOn(path, routes, lines);
  const client = createLocalClient({ path });
  await server.start(new AbortController().signal);
  t.after(async () => {
    client.close();
    await server.stop();
  });
  return { path, server, client, lines };
}

export function serverOn(path: string, routes: readonly Route[], lines: string[] = []): Part {
  const log = createLog({ name: 'demo', level: 'debug', write: (line) => lines.push(line) });
  return createLocalServer({ path, routes, log });
}
