import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Waiting } from '../../appliance/ingest/client/types.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { createLocalClient } from '../../appliance/runtime/socket/client.ts';
import { eventually } from '../helpers/eventually.ts';
import { admin, startStation } from '../helpers/ingest-station.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { WireAgent } from '../helpers/wire-agent.ts';

const failsWith = (code: string, path?: string) => (error: unknown) =>
  error instanceof Failure && error.code === code && (path === undefined || error.path === path);

test('what does not fit is refused with a code and a path', async (t) => {
  const station = await startStation(t, new MemoryStore().client());
  const local = createLocalClient({ path: join(station.folder, 'ingest-web/sock') });
  t.after(() => local.close());
  const id = 'a'.repeat(64);
  await assert.rejects(local.post('/v1/waiting/xyz/select', { by: admin }), failsWith('BAD_REQUEST', 'id'));
  await assert.rejects(local.post(`/v1/waiting/${id}/select`, {}), failsWith('BAD_REQUEST', 'by'));
  await assert.rejects(
    local.post(`/v1/waiting/${id}/admit`, { by: admin, digits: '12345' }),
    failsWith('BAD_REQUEST', 'digits'),
  );
  await assert.rejects(
    local.post('/v1/machines/x/remove', { by: admin }),
    failsWith('BAD_REQUEST', 'machine'),
  );
  await assert.rejects(station.client.select(id, admin), failsWith('NOT_FOUND'));
  await assert.rejects(station.client.refuse(id, admin), failsWith('NOT_FOUND'));
  await assert.rejects(station.client.remove(7, admin), failsWith('NOT_FOUND'));
});

test('whoever follows the waiting room sees who comes, who is selected and who leaves', async (t) => {
  const station = await startStation(t, new MemoryStore().client());
  let room: Waiting[] | null = null;
  const following = station.client.changes({
    onChange: ({ waiting }) => {
      room = waiting;
    },
  });
  t.after(() => following.stop());
  const seen = (what: string, is: (waiting: Waiting[]) => boolean) =>
    eventually(what, () => room !== null && is(room));
  await seen('an empty room', (waiting) => waiting.length === 0);
  const agent = await WireAgent.greet({ port: station.port }, { name: 'laptop', pinned: false });
  await seen('the laptop', (waiting) => waiting[0]?.name === 'laptop' && !waiting[0].pinned);
  await station.client.select(agent.identity.id, admin);
  await seen('its digits', (waiting) => waiting[0]?.digits === agent.digits);
  agent.send('pairAnswer', { same: true });
  await seen('the yes at the machine', (waiting) => waiting[0]?.machineAnswer === 'yes');
  agent.cut();
  await seen(
    'it is not connected',
    (waiting) => waiting[0]?.connected === false && waiting[0].digits === null,
  );
  await assert.rejects(station.client.select(agent.identity.id, admin), failsWith('CONFLICT'));
  const again = await WireAgent.greet({ port: station.port, identity: agent.identity });
  again.send('goodbye', { reason: 'stop' });
  await seen('an empty room again', (waiting) => waiting.length === 0);
});

test('a machine that leaves while digits are drawn is no reason to wait', async (t) => {
  const station = await startStation(t, new MemoryStore().client());
  const agent = await WireAgent.greet({ port: station.port, pairs: false });
  const selecting = station.client.select(agent.identity.id, admin);
  await Promise.all([
    assert.rejects(selecting, failsWith('CLOSED')),
    agent.until('the box commits', () => agent.of('pairCommit').length > 0).then(() => agent.cut()),
  ]);
});
