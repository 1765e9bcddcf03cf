import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWebBox } from '../helpers/web-box.ts';
import { addPerson } from '../helpers/web-people.ts';
import { machineOf, StoreInRam } from '../helpers/web-sources.ts';

const list = {
  toldMs: 1_000,
  services: [
    { name: 'nginx', state: 'failed' },
    { name: 'loop', state: 'restarting' },
    { name: 'ssh', state: 'running' },
  ],
  left: 1,
};

async function aBox(t: Parameters<typeof startWebBox>[0]) {
  const store = new StoreInRam();
  store.machines.set(1, machineOf(1));
  store.machines.set(2, machineOf(2, { state: 'asleep' }));
  store.records.set('ingest.services/1', list);
  return startWebBox(t, { store });
}

test('services are told with what failed, also while the door is away; none are null', async (t) => {
  const box = await aBox(t);
  const cookie = await box.signIn();
  const get = async (path: string) => (await box.ask(`/api/v1/machines/${path}`, { cookie })).json;
  assert.deepEqual(await get('1/services'), list);
  assert.deepEqual(await get('2/services'), { toldMs: null, services: [], left: 0 });
  assert.equal(((await get('1')) as { failedServices: number }).failedServices, 2);
  assert.equal(((await get('2')) as { failedServices: null }).failedServices, null);
  assert.equal((await box.ask('/api/v1/machines/3/services', { cookie })).status, 404);
});

test('programs are asked for and notices sent by those who may, of machines that are there', async (t) => {
  const box = await aBox(t);
  const cookie = await box.signIn();
  const viewer = await addPerson(box, cookie, 'vera', 'viewer');
  const operator = await addPerson(box, cookie, 'oscar', 'operator');
  box.door.processes = { id: 1, overMs: 5_000, processes: [{ pid: 7, name: 'postgres', cpu: 0.5 }] };
  const path = '/api/v1/machines/1/processes';
  assert.deepEqual((await box.ask(path, { cookie: operator })).json, {
    ...{ off: false, overMs: 5_000 },
    processes: [{ pid: 7, name: 'postgres', cpu: 0.5 }],
  });
  assert.equal((await box.ask(path, { cookie: viewer })).status, 403);
  const away = await box.ask('/api/v1/machines/2/processes', { cookie });
  assert.deepEqual(
    [away.status, (away.json as { error: { message: string } }).error.message],
    [409, 'pc-2 is not connected now.'],
  );
  const say = (who: string, machine: number, text: string) =>
    box.ask(`/api/v1/machines/${machine}/notice`, { method: 'POST', cookie: who, body: { text } });
  assert.equal((await say(operator, 1, 'hello')).status, 403);
  assert.equal((await say(cookie, 1, '')).status, 400);
  assert.equal((await say(cookie, 1, 'x'.repeat(201))).status, 400);
  assert.equal((await say(cookie, 2, 'hello')).status, 409);
  assert.equal((await say(cookie, 1, 'The server restarts at noon')).status, 204);
  assert.deepEqual(
    box.door.asked.map(({ what, id }) => [what, id]),
    [['notice The server restarts at noon', 1]],
  );
});
