/** Factory reset of a whole box of real processes, which their supervisor would start again. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DaemonName } from '../../appliance/launch/daemons.ts';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import { askOver, tokenOf } from '../helpers/web-box.ts';

const daemons = ['store', 'ingest', 'web'] as const;
const canary = 'Canary in the cage';
const password = 'four random words here';

/** As systemd and pm2 do: what ended is started again. */
async function restartAll(box: Appliance, names: readonly DaemonName[]): Promise<void> {
  for (const name of names) {
    await box.program(name).ended;
    box.startDaemon(name);
  }
}

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

test('a reset from the page forgets people, machines and keys, and begins again with a code', async (t) => {
  const box = await Appliance.start({ daemons });
  t.after(() => box.stop());
  const state = join(box.home, 'state');
  const key = (path: string) => readFileSync(join(state, path), 'utf8');
  await box.registry.admit({ key: 'ab'.repeat(32), name: canary, by: 'a test', local: false });
  const code = await eventually('a code is shown', async () => (await box.web.address()).code ?? false);
  const certificate = key('web/identity.pem').replace(/^[\s\S]*?(?=-----BEGIN CERTIFICATE)/, '');
  const ask = askOver(box.ports.https, { certificate });
  const admin = { name: canary, password };
  const cookie = tokenOf(await ask('/api/v1/session/first', { method: 'POST', body: { code, ...admin } }));
  const { name } = (await ask('/api/v1/status')).json as { name: string };
  const before = {
    web: (await box.web.address()).fingerprint,
    door: (await box.ingest.door()).id,
  };
  assert.ok(filesWith(state, canary).length > 0, 'the canary sits in the cage');

  const reset = await ask('/api/v1/reset', { method: 'POST', cookie, body: { password, name } });
  assert.equal(reset.status, 204, reset.text);
  await restartAll(box, daemons);

  const next = await eventually('a code is shown again', async () => (await box.web.address()).code ?? false);
  assert.notEqual(next, code);
  assert.notEqual((await box.web.address()).fingerprint, before.web);
  assert.notEqual((await box.ingest.door()).id, before.door);
  assert.deepEqual(await box.store.machines(), []);
  assert.deepEqual(filesWith(state, canary), []);
  const entries = await box.store.journal({ limit: 100 });
  const told = entries.find(({ kind }) => kind === 'store.reset');
  // By this the agent of the box learns of it.
  assert.match(key('ingest/public/door.json'), new RegExp(`"reset":"${told?.details.reset}"`));
  assert.equal(
    entries.some(({ text }) => text.en.includes(canary)),
    false,
  );
  assert.equal(existsSync(join(state, 'store', 'reset-begun')), false);
});
