// Probes over REST, in front of the real watch.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProbeState } from '../../appliance/watch/client/probes.ts';
import { boxWithWatch } from '../helpers/served-watch.ts';
import { addPerson } from '../helpers/web-people.ts';

type Refused = { error: { code: string; path: string } };

test('an admin makes, changes, runs and removes probes, and others look', async (t) => {
  const { box, ask, admin, store } = await boxWithWatch(t);
  const { kinds } = (await ask('GET', '/probe-kinds')).json as {
    kinds: { kind: string; options: object[] }[];
  };
  assert.deepEqual(kinds.find(({ kind }) => kind === 'tcp')?.options[1], {
    ...{ name: 'port', type: 'number', about: { en: 'port', fr: 'port' } },
    ...{ min: 1, max: 65_535 },
  });
  const nas = { kind: 'tcp', name: 'NAS', options: { host: 'nas.lan', port: 445 }, vantages: [1] };
  const made = (await ask('POST', '/probes', nas)).json as ProbeState;
  assert.deepEqual(
    [made.probe.intervalMs, made.probe.options.timeoutMs, made.verdict],
    [20_000, 5_000, 'unknown'],
  );
  const at = `/probes/${made.probe.id}`;
  const paused = await ask('PUT', at, { enabled: false, options: { port: 139 } });
  assert.deepEqual((paused.json as ProbeState).probe.options, { ...made.probe.options, port: 139 });
  assert.equal((await ask('POST', `${at}/run`, {})).status, 409);
  assert.equal((await ask('PUT', at, { enabled: true })).status, 200);
  assert.equal((await ask('POST', `${at}/run`, {})).status, 200);
  const { spans } = (await ask('GET', `${at}/availability`)).json as { spans: { share: null }[] };
  assert.deepEqual(
    spans.map(({ share }) => share),
    [null, null, null, null],
  );
  const viewer = await addPerson(box, admin, 'Victor', 'viewer');
  for (const [method, path, body] of [
    ['POST', '/probes', nas],
    ['PUT', at, { enabled: false }],
    ['DELETE', at, undefined],
    ['POST', `${at}/run`, {}],
  ] as const)
    assert.equal((await ask(method, path, body, viewer)).status, 403, path);
  const { probes } = (await ask('GET', '/probes', undefined, viewer)).json as { probes: ProbeState[] };
  assert.deepEqual(
    probes.filter(({ probe }) => !probe.builtIn).map(({ probe }) => probe.name),
    ['NAS'],
  );
  assert.equal((await ask('DELETE', at)).status, 204);
  assert.equal((await ask('GET', at)).status, 404);
  const builtIn = probes.find(({ probe }) => probe.builtIn)!.probe.id;
  assert.equal((await ask('DELETE', `/probes/${builtIn}`)).status, 409);
  const notes = store.notes.flatMap(({ kind, who }) => (kind.startsWith('probe.') ? [`${kind} ${who}`] : []));
  assert.deepEqual(notes, [
    'probe.made Marie',
    'probe.changed Marie',
    'probe.started Marie',
    'probe.removed Marie',
  ]);
});

test('what does not fit is refused by name', async (t) => {
  const { ask } = await boxWithWatch(t);
  const refused = async (body: object, method = 'POST', path = '/probes') => {
    const { status, json } = await ask(method, path, body);
    return `${status} ${(json as Refused).error.path}`;
  };
  const ping = { kind: 'icmp', name: 'x', options: { host: '10.0.0.1' } };
  assert.equal(await refused({ ...ping, kind: 'magic' }), '400 kind');
  assert.equal(await refused({ ...ping, options: { host: '-c1' } }), '400 options.host');
  assert.equal(await refused({ ...ping, options: { host: '127.0.0.1' } }), '400 options.host');
  assert.equal(await refused({ ...ping, options: { host: '8.8.8.8' } }), '400 options.host');
  assert.equal(await refused({ ...ping, options: { ...ping.options, size: 7 } }), '400 options.size');
  assert.equal(await refused({ ...ping, options: {} }), '400 options.host');
  assert.equal(await refused({ ...ping, intervalMs: 4_999 }), '400 intervalMs');
  assert.equal(await refused({ ...ping, vantages: [7] }), '404 vantages');
  assert.equal(await refused({ ...ping, groups: ['none'] }), '404 groups');
  assert.equal(await refused({ ...ping, parent: 'abcdefgh' }), '404 parent');
  assert.equal(await refused({ ...ping, extra: 1 }), '400 extra');
  assert.equal(await refused({ kind: 'tcp' }, 'PUT', '/probes/boxroute'), '400 kind');
  assert.equal(
    (await ask('POST', '/probes', { ...ping, options: { host: '8.8.8.8' }, beyond: true })).status,
    200,
  );
});

test('a community is shown only to who may change it', async (t) => {
  const { box, ask, admin } = await boxWithWatch(t);
  const options = { host: '10.0.0.9', community: 'hunter2' };
  const made = (await ask('POST', '/probes', { kind: 'snmp', name: 'Switch', options })).json as ProbeState;
  assert.equal(made.probe.options.community, 'hunter2');
  const operator = await addPerson(box, admin, 'Olga', 'operator');
  for (const [method, path] of [
    ['GET', '/probes'],
    ['GET', `/probes/${made.probe.id}`],
    ['POST', `/probes/${made.probe.id}/run`],
    ['GET', '/journal'],
  ] as const) {
    const body = method === 'POST' ? {} : undefined;
    const answer = await ask(method, path, body, operator);
    assert.equal(answer.status, 200, path);
    assert.ok(!JSON.stringify(answer.json).includes('hunter2'), path);
  }
  assert.ok(JSON.stringify((await ask('GET', '/probes')).json).includes('hunter2'));
});
