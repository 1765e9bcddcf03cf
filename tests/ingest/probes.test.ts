import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProbeClient } from '../../appliance/ingest/client/probes.ts';
import type { ProbeNews } from '../../appliance/ingest/client/types.ts';
import type { Assignment } from '../../appliance/protocol/probes/exchange.ts';
import { arrive, setup } from '../helpers/admitted-machine.ts';
import { eventually } from '../helpers/eventually.ts';
import { startStation } from '../helpers/ingest-station.ts';

const probe: Assignment = {
  ...{ id: 'abcdefg2', kind: 'tcp', intervalMs: 60_000 },
  options: { host: 'nas.lan', port: 445 },
};
const until = (what: string, is: () => boolean) => eventually(what, is, { everyMs: 5 });

test('a machine hears what it is to check, now and whenever it comes back', async (t) => {
  const here = await setup(t);
  const { machine } = here.machine;
  const client = createProbeClient({ runDir: here.station.folder });
  t.after(() => client.close());
  const first = await arrive(here);
  await client.assign(machine, [probe]);
  await first.until('the list', () => first.of('probeAssignments').length === 1);
  assert.deepEqual(first.of('probeAssignments'), [{ probes: [probe] }]);
  await client.assign(machine, []);
  await first.until('the list', () => first.of('probeAssignments').length === 2);
  await client.assign(machine, [probe]);
  const again = await arrive(here);
  await again.until('the list', () => again.of('probeAssignments').length === 1);
  await assert.rejects(client.assign(99, []), { code: 'NOT_FOUND' });
  await assert.rejects(client.assign(machine, [{ ...probe, id: 'x' }]), { code: 'BAD_REQUEST' });
  const long = { ...probe.options, banner: 'x'.repeat(1_000) };
  const many = Array.from({ length: 300 }, () => ({ ...probe, options: long }));
  await assert.rejects(client.assign(machine, many), { code: 'TOO_LARGE' });
});

test('results are told to whoever follows, known ones first, and those of ended probes to nobody', async (t) => {
  const here = await setup(t);
  const { machine } = here.machine;
  const client = createProbeClient({ runDir: here.station.folder });
  t.after(() => client.close());
  const agent = await arrive(here);
  const up = { probe: probe.id, runMs: 5, verdict: 'up' } as const;
  const reason = { code: 'REFUSED', detail: 'connect ECONNREFUSED 192.0.2.7:445' };
  const down = { ...up, verdict: 'down', reason } as const;
  agent.send('probeResults', { results: [down] });
  const begunMs = Date.now();
  const follow = () => {
    const news: ProbeNews[] = [];
    const following = client.results({
      onNews({ machine: of, results }) {
        // Found at the beginning of a run that said hello just now.
        assert.ok(results.every(({ atMs }) => Math.abs(atMs - begunMs) < 60_000));
        news.push({ machine: of, results: results.map(({ atMs: _, ...result }) => result as never) });
      },
    });
    t.after(() => following.stop());
    return news;
  };
  const news = follow();
  await until('the result', () => news.length === 1);
  agent.send('probeResults', { results: [up] });
  await until('the change', () => news.length === 2);
  assert.deepEqual(news, [
    { machine, results: [down] },
    { machine, results: [up] },
  ]);
  await client.assign(machine, []);
  agent.send('probeResults', { results: [down] });
  agent.send('probeResults', { results: [{ ...down, probe: 'abcdefg3' }] });
  agent.send('ping', { id: 1 });
  await agent.until('all was heard', () => agent.of('pong').length === 1);
  await client.assign(machine, [probe]);
  agent.send('probeResults', { results: [up] });
  const late = follow();
  await until('what is known', () => late.length > 0 && news.length === 3);
  assert.deepEqual(late[0], { machine, results: [up] });
});

test('the store hears which of the probes in a dictionary the machine was given', async (t) => {
  const here = await setup(t);
  const client = here.store.client();
  const told: (readonly string[] | undefined)[] = [];
  const { series } = client;
  client.series = (machine, wanted, probes) => {
    told.push(probes);
    return series(machine, wanted, probes);
  };
  const station = await startStation(t, client);
  const door = createProbeClient({ runDir: station.folder });
  t.after(() => door.close());
  const before = await arrive({ ...here, station });
  before.dictionary([`probe.up:${probe.id}`, 'probe.up:posing22']);
  before.tick(0, [1, 1]);
  await before.until('it is taken before anybody has spoken', () => before.acked().has(0));
  await door.assign(here.machine.machine, [probe]);
  before.dictionary([`probe.phase:${probe.id}:name`, 'probe.phase:posing22:name', 'probe.bare', 'own'], 2);
  before.tick(1, [1, 1, 1, 1, 1, 1]);
  await before.until('it is taken', () => before.acked().has(1));
  assert.deepEqual(told, [[], [probe.id]]);
});
