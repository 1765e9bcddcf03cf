// The watch over its real sockets and the real store, all in the process of the test.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { startParts } from '../../appliance/runtime/parts.ts';
import { createStoreClient, type StoreClient } from '../../appliance/store/client/client.ts';
import { storeServer } from '../../appliance/store/server.ts';
import { createWatchClient } from '../../appliance/watch/client/client.ts';
import type { NewSchedule, WatchChange } from '../../appliance/watch/client/types.ts';
import { createWatch } from '../../appliance/watch/watch.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { anne } from '../helpers/incident-parts.ts';
import { LanDoorInRam } from '../helpers/lan-door.ts';
import { closedPort } from '../helpers/mail-server.ts';
import { ProbeDoorInRam } from '../helpers/probe-door.ts';
import { TestStore } from '../helpers/store-parts.ts';
import { watchConfigOf } from '../helpers/watch-config.ts';
import { WatchStoreInRam } from '../helpers/watch-store.ts';

const run = 'ab'.repeat(16);
const cpu = { name: 'system.cpu.utilization', unit: '1', scale: 3, kind: 'gauge' } as const;

async function watchOver(t: TestContext) {
  const test = await TestStore.open(t, { clock: systemClock });
  const log = createLog({ name: 'watch', level: 'error', write: () => undefined });
  const server = storeServer({ runDir: test.folder, store: () => test.store, log });
  await server.start(new AbortController().signal);
  t.after(() => server.stop());
  const door = createStoreClient({ runDir: test.folder, as: 'ingest' });
  const { machine } = await door.admit({ key: 'a'.repeat(64), name: 'ATELIER', by: 'anne', local: false });
  await door.updateMachine(machine, { state: 'up' });
  await door.series(machine, [cpu]);
  const { parts, duty } = createWatch({
    ...{
      config: watchConfigOf({ servers_here: true }),
      runDir: test.folder,
      clock: systemClock,
      log,
    },
    stateDir: test.folder,
    store: createStoreClient({ runDir: test.folder, as: 'watch' }),
    door: new ProbeDoorInRam(),
    lan: new LanDoorInRam(),
    alive: () => undefined,
    fail: (error) => assert.fail(String(error)),
  });
  const running = await startParts(parts, new AbortController().signal, { log });
  const watch = createWatchClient({ runDir: test.folder, as: 'web' });
  t.after(async () => {
    watch.close();
    door.close();
    await running.stop();
  });
  let seq = 0;
  const measure = async (value: number) => {
    const wallAtZeroMs = test.store.clock.wallMs();
    const tick = { seq: seq++, runMs: seq, values: [Math.round(value * 1000)] };
    await door.append([{ machine, run, wallAtZeroMs, trusted: true, ticks: [tick] }]);
  };
  await eventually(
    'the store is heard',
    async () => (await watch.health()).seesSinceMs !== null && duty.isWarm,
  );
  return { test, watch, measure, machine, duty };
}

test('a value becomes an incident, a page hears of it, a person acknowledges it, and it ends', async (t) => {
  const { test, watch, measure, machine } = await watchOver(t);
  await watch.changeRule('cpu', 'all', { options: { forMs: 0, clearMs: 0 } }, anne);
  // Nobody answers there: what is to be told waits.
  const nowhere = {
    kind: 'ntfy',
    name: 'nowhere',
    enabled: true,
    language: 'en',
    zone: 'UTC',
    digestAt: null,
  } as const;
  const options = { server: `http://127.0.0.1:${await closedPort()}`, topic: 'x' };
  await watch.createChannel({ ...nowhere, takes: { least: 'low', groups: [] }, options }, anne);
  const heard: WatchChange[] = [];
  const following = watch.changes({ onChange: (change) => void heard.push(change) });
  t.after(() => following.stop());
  const [open] = await eventually('an incident', async () => {
    await measure(0.99);
    const { incidents } = await watch.incidents();
    return incidents.length > 0 && incidents;
  });
  assert.equal(open?.text.en, 'ATELIER: CPU at 99 % (limit 90 %)');
  assert.deepEqual([open?.machine, open?.told], [machine, true]);
  const acknowledged = await watch.acknowledge(open!.id, { note: 'render job', untilMs: null }, anne);
  assert.equal(acknowledged.acknowledged?.note, 'render job');
  await assert.rejects(watch.acknowledge(open!.id, { note: '', untilMs: 1 }, anne), { code: 'BAD_REQUEST' });
  await assert.rejects(watch.acknowledge(99, { note: '', untilMs: null }, anne), { code: 'NOT_FOUND' });
  await eventually('it is over', async () => {
    await measure(0.1);
    return (await watch.incidents()).incidents.length === 0;
  });
  await eventually('it is on disk', async () => (await watch.health()).unwritten === 0);
  const { incidents, more } = await watch.incidents({ state: 'all', machine });
  assert.deepEqual([incidents.length, incidents[0]?.ending, more], [1, 'recovered', null]);
  assert.equal((await watch.incident(1)).state, 'resolved');
  await assert.rejects(watch.incident(2), { code: 'NOT_FOUND' });
  assert.ok(
    'open' in heard[0]! && heard.some((one) => 'incident' in one && one.incident.state === 'resolved'),
  );
  const { entries } = await test.store.journal.find({ kind: 'incident' });
  assert.deepEqual(entries.map(({ kind, who, machine: of }) => [kind, who, of]).reverse(), [
    ['incident.opened', 'watch', machine],
    ['incident.acknowledged', 'anne', machine],
    ['incident.resolved', 'watch', machine],
  ]);
  // The disk has it a moment before the watch knows that it has.
  const told = await eventually('what was to be told was taken', async () => {
    const kinds = (await watch.deliveries()).flatMap(({ items }) => items.map(({ kind }) => kind));
    return kinds.length >= 2 && kinds;
  });
  assert.deepEqual(told.sort(), ['opened', 'recovered']);
  assert.equal((await test.store.records.list('watch.occasions')).records.length, 0);
});

test('rules, timetables and groups are checked, kept, and written down', async (t) => {
  const { test, watch, machine } = await watchOver(t);
  const bad = (options: Record<string, number | string>) =>
    assert.rejects(watch.changeRule('cpu', 'all', { options }, anne), { code: 'BAD_REQUEST' });
  await bad({ limits: 1 });
  await bad({ limit: '0.9' });
  await bad({ forMs: -1 });
  await bad({ side: 'beside' });
  await bad({ metric: 'a b' });
  await assert.rejects(watch.changeRule('cpu', 'machine:77', {}, anne), { code: 'NOT_FOUND', path: 'scope' });
  await assert.rejects(watch.changeRule('nope', 'all', {}, anne), { code: 'NOT_FOUND' });
  await assert.rejects(watch.removeRule('cpu', anne), { code: 'CONFLICT' });
  await assert.rejects(watch.createRule({ kind: 'magic', name: 'x' } as never, anne), {
    code: 'BAD_REQUEST',
  });
  const made = await watch.createRule({ kind: 'bandwidth', name: 'Uplink', options: { limit: 5e6 } }, anne);
  assert.deepEqual([made.builtIn, made.options.limit, made.options.direction], [false, 5e6, 'either']);
  await watch.changeRule('cpu', `machine:${machine}`, { options: { limit: 0.5 } }, anne);
  const { rules, kinds } = await watch.rules();
  assert.equal(rules.find(({ id }) => id === 'cpu')?.overrides[`machine:${machine}`]?.options?.limit, 0.5);
  assert.ok(kinds.some(({ kind, options }) => kind === 'vanished' && options.afterMs?.type === 'duration'));

  const nowhere = watch.changeRule('probe-failing', 'probe:zzzzzzzz', {}, anne);
  await assert.rejects(nowhere, { code: 'NOT_FOUND', path: 'scope' });
  const ownOne = watch.changeRule('probe-failing', 'probe:boxroute', {}, anne);
  await assert.rejects(ownOne, { code: 'BAD_REQUEST', path: 'scope' });
  const options = { host: 'files', port: 445 };
  const { probe } = await watch.createProbe(
    { name: 'Files', kind: 'tcp', options, vantages: [machine] },
    anne,
  );
  const changed = await watch.changeRule(
    'probe-failing',
    `probe:${probe.id}`,
    { severity: 'critical' },
    anne,
  );
  assert.equal(changed.overrides[`probe:${probe.id}`]?.severity, 'critical');
  const found = await watch.preview({ rule: { kind: 'probe-failing', name: 'x' }, days: 1 });
  assert.deepEqual(found.probes, [{ probe: probe.id, name: 'Files', incidents: [] }]);

  const night: NewSchedule = {
    ...{ kind: 'quiet', name: 'Night', scopes: ['all'] },
    weekly: { days: [1], from: '22:00', to: '06:00', zone: 'Europe/Paris' },
  };
  const worse = (more: object) =>
    assert.rejects(watch.createSchedule({ ...night, ...more } as never, anne), { code: 'BAD_REQUEST' });
  await worse({ weekly: { ...night.weekly, zone: 'Paris' } });
  await worse({ weekly: { ...night.weekly, from: '24:00' } });
  await worse({ weekly: { ...night.weekly, days: [0] } });
  await worse({ weekly: undefined });
  await worse({ weekly: undefined, once: { fromMs: 2, toMs: 2 } });
  await worse({ scopes: ['everything'] });
  const schedule = await watch.createSchedule(night, anne);
  assert.equal((await watch.changeSchedule(schedule.id, { ...night, name: 'Nights' }, anne)).name, 'Nights');
  await assert.rejects(watch.changeSchedule('absentee', night, anne), { code: 'NOT_FOUND' });
  await watch.putGroup({ id: 'lab', name: 'Lab', machines: [machine] }, anne);
  await assert.rejects(watch.putGroup({ id: 'lab', name: 'Lab', machines: [], parent: 'zzzzzzzz' }, anne), {
    code: 'NOT_FOUND',
    path: 'group.parent',
  });
  await assert.rejects(watch.putGroup({ id: 'Lab!', name: 'Lab', machines: [] }, anne), {
    code: 'BAD_REQUEST',
  });
  assert.deepEqual(await watch.groups(), [{ id: 'lab', name: 'Lab', machines: [machine] }]);
  await watch.removeGroup('lab', anne);
  await watch.removeSchedule(schedule.id, anne);
  await watch.removeRule(made.id, anne);
  const { entries } = await test.store.journal.find({});
  const texts = entries.map(({ text }) => text.en).reverse();
  assert.deepEqual(
    texts.filter((text) => text.startsWith('anne')),
    [
      'anne made the rule “Uplink”',
      'anne changed the rule “CPU” for ATELIER',
      'anne made the probe “Files” (tcp, files:445)',
      'anne changed the rule “Probe fails for everybody” for Files',
      'anne made the timetable “Night”',
      'anne changed the timetable “Nights”',
      'anne changed the group “Lab” (1 machines)',
      'anne removed the group “Lab”',
      'anne removed the timetable “Nights”',
      'anne removed the rule “Uplink”',
    ],
  );
  const preview = await watch.preview({ rule: { kind: 'threshold', name: 'x' }, days: 7 });
  assert.deepEqual(
    preview.machines.map(({ machine: of }) => of),
    [machine],
  );
});

test('the panel may look and acknowledge, and change no rule', async (t) => {
  const { test } = await watchOver(t);
  const panel = createWatchClient({ runDir: test.folder, as: 'display' });
  t.after(() => panel.close());
  assert.deepEqual((await panel.incidents()).incidents, []);
  await assert.rejects(panel.acknowledge(1, { note: '', untilMs: null }, anne), { code: 'NOT_FOUND' });
  await assert.rejects(panel.changeRule('cpu', 'all', { enabled: false }, anne), { code: 'FORBIDDEN' });
  await assert.rejects(panel.rules(), { code: 'FORBIDDEN' });
});

test('a start that was called off waits for no names', async (t) => {
  const clock = new FakeClock();
  const ram = new WatchStoreInRam({ anchorMs: clock.wallMs(), wallMs: () => clock.wallMs() });
  const store = {
    ...{ ...ram.client(), close: () => undefined },
    // Not before the end of this test.
    machines: () => clock.sleep(1).then(() => []),
  };
  const folder = temporaryFolder(t);
  const { parts } = createWatch({
    ...{ config: watchConfigOf({}), runDir: folder, stateDir: folder, clock },
    log: createLog({ name: 'watch', level: 'error', write: () => undefined }),
    store: store as unknown as StoreClient,
    ...{ door: new ProbeDoorInRam(), lan: new LanDoorInRam(), alive: () => undefined },
    fail: (error) => assert.fail(String(error)),
  });
  const [work] = parts;
  let isOver = false;
  const starting = work!.start(AbortSignal.abort()).then(() => {
    isOver = true;
  });
  await eventually('the end of the start', () => isOver);
  await starting;
  const stopping = work!.stop();
  await clock.advance(1);
  await stopping;
});
