/** The real watch behind its sockets, in the process of the test; its store is in RAM. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import { Listeners, watchServer } from '../../appliance/watch/server.ts';
import { temporaryFolder } from './folder.ts';
import { type MailSeams, watchInRam } from './watch-client.ts';
import { startWebBox } from './web-box.ts';

/** `folder` has its sockets and its passwords. */
export async function servedWatch(t: TestContext, o: MailSeams = {}) {
  const folder = temporaryFolder(t);
  const { duty, mailroom, probes, devices, door, lan, store } = await watchInRam({ ...o, stateDir: folder });
  const log = createLog({ name: 'watch', level: 'error', write: () => undefined });
  const server = watchServer({
    ...{ runDir: folder, duty, mailroom, probes, devices, store: store.client() },
    ...{ listeners: new Listeners(), log },
  });
  devices.start();
  mkdirSync(join(folder, 'watch-web'), { recursive: true });
  await server.start(new AbortController().signal);
  t.after(async () => {
    await server.stop();
    probes.stop();
    await devices.stop();
    await duty.stop();
  });
  return { folder, duty, mailroom, probes, devices, door, lan, store };
}

/** With web in front of it, and an admin who asks. */
export async function boxWithWatch(t: TestContext) {
  const { folder, duty, probes, door, lan, store } = await servedWatch(t);
  const box = await startWebBox(t, { folder });
  const admin = await box.signIn();
  const ask = (method: string, path: string, body?: unknown, cookie = admin) =>
    box.ask(`/api/v1${path}`, { method, cookie, ...(body === undefined ? {} : { body }) });
  return { box, ask, admin, duty, probes, door, lan, store };
}
