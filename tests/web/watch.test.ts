// Incidents, rules, timetables and groups over REST, in front of the real watch.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxWithWatch } from '../helpers/served-watch.ts';
import { startWebBox } from '../helpers/web-box.ts';
import { addPerson } from '../helpers/web-people.ts';

test('a person sees what is wrong and says that it is known', async (t) => {
  const { box, ask, admin, duty, store } = await boxWithWatch(t);
  await ask('PUT', '/rules/cpu/all', { options: { forMs: 0 } });
  store.live(1, duty.time.wallMs(), [{ name: 'system.cpu.utilization', value: 0.97 }]);
  await duty.settled();
  const listed = await ask('GET', '/incidents');
  assert.equal(listed.status, 200);
  const { incidents } = listed.json as { incidents: { id: number; text: { fr: string } }[] };
  assert.deepEqual(
    incidents.map(({ text }) => text.fr),
    ['pc-1 : Processeur à 97 % (limite 90 %)'],
  );
  const viewer = await addPerson(box, admin, 'Victor', 'viewer');
  assert.equal((await ask('POST', '/incidents/1/acknowledge', { note: 'x' }, viewer)).status, 403);
  const known = await ask('POST', '/incidents/1/acknowledge', { note: 'render job' });
  assert.deepEqual([known.status, (known.json as { state: string }).state], [200, 'acknowledged']);
  const [note] = store.notes.slice(-1);
  assert.deepEqual([note?.kind, note?.who, note?.role], ['incident.acknowledged', 'Marie', 'admin']);
  const freed = await ask('POST', '/incidents/1/release', {});
  assert.equal((freed.json as { state: string }).state, 'open');
  assert.equal((await ask('GET', '/incidents/1', undefined, viewer)).status, 200);
  assert.equal((await ask('GET', '/incidents/7')).status, 404);
  assert.equal((await ask('GET', '/incidents?state=some')).status, 400);
});

test('rules, timetables and groups are made, changed and removed, and wrong ones are refused by name', async (t) => {
  const { ask } = await boxWithWatch(t);
  const { rules, kinds } = (await ask('GET', '/rules')).json as { rules: { id: string }[]; kinds: object[] };
  assert.ok(rules.length > 10 && kinds.length > 10);
  const wrong = await ask('PUT', '/rules/cpu/all', { options: { limit: 'high' } });
  assert.deepEqual(
    [wrong.status, (wrong.json as { error: { path: string } }).error.path],
    [400, 'options.limit'],
  );
  const made = await ask('POST', '/rules', {
    kind: 'threshold',
    name: 'Hot',
    options: { metric: 'hw.temperature:*', limit: 80 },
  });
  const { id } = made.json as { id: string };
  assert.equal((await ask('PUT', `/rules/${id}/machine:1`, { enabled: false })).status, 200);
  assert.equal((await ask('DELETE', `/rules/${id}`)).status, 204);
  assert.equal((await ask('DELETE', '/rules/cpu')).status, 409);
  const preview = await ask('POST', '/rules/preview', {
    rule: { kind: 'threshold', name: 'x', options: { metric: 'no.such' } },
  });
  assert.match(
    JSON.stringify((preview.json as { warnings: unknown }).warnings),
    /No machine measures no\.such/,
  );
  const night = {
    kind: 'quiet',
    name: 'Night',
    scopes: ['all'],
    weekly: { days: [1], from: '22:00', to: '06:00', zone: 'Europe/Paris' },
  };
  const schedule = (await ask('POST', '/schedules', night)).json as { id: string };
  const paris = { ...night, weekly: { ...night.weekly, zone: 'Paris' } };
  assert.equal((await ask('PUT', `/schedules/${schedule.id}`, paris)).status, 400);
  assert.equal((await ask('DELETE', `/schedules/${schedule.id}`)).status, 204);
  assert.deepEqual((await ask('GET', '/schedules')).json, { schedules: [] });
  assert.equal((await ask('PUT', '/groups/lab', { name: 'Lab', machines: [1] })).status, 200);
  assert.deepEqual((await ask('GET', '/groups')).json, {
    groups: [{ id: 'lab', name: 'Lab', machines: [1] }],
  });
  assert.equal((await ask('DELETE', '/groups/lab')).status, 204);
});

test('while the watch is away its questions are answered so, and the rest works', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  assert.equal((await box.ask('/api/v1/incidents', { cookie })).status, 503);
  assert.equal((await box.ask('/api/v1/machines', { cookie })).status, 200);
});
