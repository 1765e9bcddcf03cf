/** From a measurement to an alarm, a person's word and the end of it, through real processes, one of which is killed. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AvailabilitySpan, ProbeState } from '../../appliance/watch/client/probes.ts';
import type { Incident, IncidentPage } from '../../appliance/watch/client/types.ts';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import { askOver, tokenOf } from '../helpers/web-box.ts';

const admin = { name: 'Marie', password: 'four random words here' };
const agent = new Agent({ keepAlive: true });
let box: Appliance;
let ask: (method: string, path: string, body?: unknown) => Promise<unknown>;

before(async () => {
  box = await Appliance.start({
    daemons: ['store', 'ingest', 'watch', 'web', 'display', 'agent'],
    flags: { ingest: ['--vanished-after', '10s'], watch: ['--look-interval', '500ms'] },
  });
  const code = await eventually('a code is shown', async () => (await box.web.address()).code ?? false);
  const page = readFileSync(join(box.home, 'state', 'web', 'identity.pem'), 'utf8');
  const certificate = page.replace(/^[\s\S]*?(?=-----BEGIN CERTIFICATE)/, '');
  const over = askOver(box.ports.https, { certificate }, { agent });
  const cookie = tokenOf(await over('/api/v1/session/first', { method: 'POST', body: { code, ...admin } }));
  ask = async (method, path, body) => {
    const answer = await over(`/api/v1${path}`, { method, cookie, ...(body === undefined ? {} : { body }) });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
});
after(async () => {
  agent.destroy();
  await box.stop();
});

const openOf = (rule: string) =>
  eventually(
    `${rule} is wrong`,
    async () => {
      const { incidents } = await box.watch.incidents();
      return incidents.find((one) => one.rule === rule) ?? false;
    },
    { everyMs: 250 },
  );
const over = (id: number) =>
  eventually(
    `${id} is over`,
    async () => {
      const one = await box.watch.incident(id);
      // And on disk.
      return one.state === 'resolved' && (await box.watch.health()).unwritten === 0 && one;
    },
    { everyMs: 250 },
  );
const limit = (limit: number) =>
  ask('PUT', '/rules/memory/all', { options: { limit, forMs: 0, clearMs: 0, hysteresis: 0 } });

test('memory above a limit is an incident and a light at the box, survives a kill of the watch, and ends when it is below', async () => {
  await eventually('the agent is there', async () =>
    (await box.store.machines()).some(({ state }) => state === 'up'),
  );
  const channel = {
    ...{ enabled: true, language: 'en', zone: 'UTC', digestAt: null, takes: { least: 'low', groups: [] } },
    ...{ kind: 'signal', name: 'lamp', options: { output: 'light' } },
  };
  await ask('POST', '/channels', channel);
  const [{ machine } = assert.fail('no machine')] = await box.store.machines();
  const desktop = { ...channel, kind: 'desktop', name: 'desk', options: { machines: [machine] } };
  const { id: desk } = (await ask('POST', '/channels', desktop)) as { id: string };
  // It runs without a desktop: its agent has read it all the same.
  const { delivered, words } = (await ask('POST', `/channels/${desk}/test`, {})) as Record<string, unknown>;
  assert.deepEqual([delivered, words], [true, 'shown on 1 of 1 machines']);
  await limit(0.001);
  const { id, told, text } = await openOf('memory');
  await eventually('the light is on', async () => (await box.display.frame()).signal?.light === true);
  await eventually('the panel says so', async () =>
    (await box.display.frame()).text.join(' ').includes('problem'),
  );
  assert.equal(told, true);
  assert.match(text.en, /: Memory at \d+ % \(limit 0 %\)/);
  await ask('POST', `/incidents/${id}/acknowledge`, { note: 'a small box' });
  await eventually('the light is off', async () => (await box.display.frame()).signal?.light === false);
  await box.program('watch').end('SIGKILL');
  box.startDaemon('watch');
  await box.ready();
  await openOf('memory');
  const again = (await ask('GET', `/incidents/${id}`)) as Incident;
  assert.deepEqual([again.id, again.state, again.acknowledged?.note], [id, 'acknowledged', 'a small box']);
  await limit(0.999);
  const { ending } = await over(id);
  assert.equal(ending, 'recovered');
  const kinds = (await box.store.journal({ kind: 'incident' })).map(({ kind, who }) => `${kind} ${who}`);
  assert.deepEqual(kinds.reverse(), [
    'incident.opened watch',
    'incident.acknowledged Marie',
    'incident.resolved watch',
  ]);
});

// Probes go nowhere on the loopback.
const address = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
const skip = address === undefined && 'this machine has no address but its own loopback';

test('the agent of the box checks a web server, and when that stops people know', { skip }, async (t) => {
  const server = createServer((_, answer) => answer.end('Welcome')).listen(0, address);
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await ask('PUT', '/rules/probe-failing/all', { options: { failures: 2, forMs: 600_000 } });
  const made = (await ask('POST', '/probes', {
    ...{ kind: 'http', name: 'Shop', intervalMs: 3_600_000, beyond: true },
    options: { url: `http://${address}:${port}/`, keyword: 'Welcome' },
  })) as ProbeState;
  const at = `/probes/${made.probe.id}`;
  const state = async () => (await ask('GET', at)) as ProbeState;
  const runUntil = (what: string, is: (state: ProbeState) => boolean) =>
    eventually(
      what,
      async () => {
        await ask('POST', `${at}/run`, {});
        const one = await state();
        return is(one) && one;
      },
      { everyMs: 500 },
    );
  const good = await runUntil('it answers', ({ verdict, vantages }) => {
    // The words come before the values.
    return verdict === 'good' && vantages[0]?.durationS !== null;
  });
  assert.equal(good.text.en, 'Shop answers');
  assert.ok(good.sinceMs !== null);
  server.close();
  server.closeAllConnections();
  const bad = await runUntil('there is an alarm', ({ incident }) => incident !== null);
  assert.equal(bad.text.en, 'Shop does not answer: the connection was refused');
  assert.equal(bad.vantages[0]?.reason?.code, 'REFUSED');
  const incident = (await ask('GET', `/incidents/${bad.incident}`)) as Incident;
  assert.deepEqual([incident.rule, incident.severity], ['probe-failing', 'high']);
  assert.deepEqual(
    [incident.text.en, incident.machine],
    ['Shop does not answer: the connection was refused', null],
  );
  await box.program('watch').end('SIGKILL');
  box.startDaemon('watch');
  await box.ready();
  await eventually('it is known again', async () => (await state()).verdict === 'bad', { everyMs: 250 });
  assert.deepEqual((await state()).probe, made.probe);
  const again = createServer((_, answer) => answer.end('Welcome')).listen(port, address);
  t.after(() => again.close());
  await runUntil('it is over', ({ verdict, incident: open }) => verdict === 'good' && open === null);
  const { spans } = (await ask('GET', `${at}/availability`)) as { spans: AvailabilitySpan[] };
  assert.ok(spans.length === 4 && spans[0]!.knownS >= 0);
  await ask('DELETE', at);
});

test('an agent that is killed has vanished, and is back', async () => {
  await ask('PUT', '/rules/vanished/all', { options: { afterMs: 0 } });
  await box.program('agent').end('SIGKILL');
  const { id, text, severity } = await openOf('vanished');
  assert.equal(severity, 'high');
  assert.match(text.fr, / : Disparue : plus rien depuis \d+ s, et aucun au revoir/);
  box.startDaemon('agent');
  assert.equal((await over(id)).ending, 'recovered');
  const { incidents } = (await ask('GET', '/incidents?state=all')) as IncidentPage;
  assert.deepEqual(
    incidents.map(({ rule }) => rule).filter((rule) => !rule.startsWith('probe')),
    ['vanished', 'memory'],
  );
});
