import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../appliance/runtime/errors.ts';
import { anne } from '../../helpers/incident-parts.ts';
import { gateway, ProbeStation } from '../../helpers/probe-station.ts';
import { watchedMachine } from '../../helpers/watch-store.ts';

const minute = 60_000;

test('each machine is told what it is to check, the box what nobody else does, and again when the door is back', async (t) => {
  const station = await ProbeStation.start(t);
  const { door, probes, clock, store } = station;
  const own = await station.make();
  const far = await station.make({ vantages: [2, 3] });
  assert.deepEqual(door.idsOf(1).toSorted(), [gateway.id, own].toSorted());
  assert.deepEqual([door.idsOf(2), door.idsOf(3)], [[far], [far]]);
  assert.deepEqual(door.assigned.get(2), [
    { id: far, kind: 'tcp', intervalMs: 20_000, options: { host: 'nas.lan', port: 445, timeoutMs: 5_000 } },
  ]);
  door.down();
  await probes.change(far, { vantages: [3] }, anne);
  await clock.advance(minute);
  assert.deepEqual(door.idsOf(2), [far], 'nobody hears it');
  door.up();
  await station.rest();
  assert.deepEqual([door.assigned.get(2), door.idsOf(3)], [[], [far]], 'also that there is nothing left');
  store.put(watchedMachine(4, { stateSinceMs: clock.wallMs() }));
  await station.rest();
  assert.deepEqual(door.assigned.get(4), [], 'a new machine');
  const { said } = door;
  store.put(watchedMachine(4, { state: 'silent', stateSinceMs: clock.wallMs() }));
  await clock.advance(minute);
  assert.equal(door.said, said, 'what has not changed is not said again');
});

test('what the door did not take is said again, what it never will is not', async (t) => {
  const station = await ProbeStation.start(t);
  const { door, clock } = station;
  door.refuses = new Failure('UNAVAILABLE', 'away');
  const id = await station.make();
  const { said } = door;
  await clock.advance(2_000);
  assert.ok(door.said > said);
  door.refuses = null;
  await clock.advance(minute);
  assert.deepEqual(door.idsOf(1), [gateway.id, id]);
  door.refuses = new Failure('TOO_LARGE', 'too much');
  await station.make();
  const hopeless = door.said;
  await clock.advance(10 * minute);
  assert.equal(door.said, hopeless);
  assert.match(station.lines.join(), /a machine was not told what to check/);
});

test('what is said of probes is on disk before it counts, and there again after a restart', async (t) => {
  const station = await ProbeStation.start(t);
  const { store, door } = station;
  const id = await station.make({ groups: [], parent: gateway.id });
  store.away = true;
  await assert.rejects(station.probes.change(id, { name: 'Other' }, anne));
  assert.equal(station.probes.get(id)?.name, 'NAS');
  store.away = false;
  await station.probes.change(id, { name: 'Files', options: { port: 139 } }, anne);
  await station.probes.change(gateway.id, { options: { host: '10.0.0.254' }, enabled: false }, anne);
  store.records.set('watch.probes abcdefg2', '{"made":{"kind":"magic"}}');
  store.records.set('watch.probes abcdefg3', '7');
  await station.restart();
  assert.deepEqual(
    station.probes.definitions().map(({ name, options, enabled, builtIn, parent }) => ({
      ...{ name, enabled, builtIn, parent, options: [options.host, options.port] },
    })),
    [
      { name: 'Gateway', enabled: false, builtIn: true, parent: null, options: ['10.0.0.254', undefined] },
      { name: 'Files', enabled: true, builtIn: false, parent: gateway.id, options: ['nas.lan', 139] },
    ],
  );
  assert.deepEqual(door.idsOf(1), [id], 'one that is stopped is not checked');
  await station.probes.remove(id, anne);
  assert.deepEqual(
    store.notes.flatMap(({ kind, text }) => (kind.startsWith('probe.') ? [`${kind}: ${text.en}`] : [])),
    [
      'probe.made: anne made the probe “NAS” (tcp, nas.lan:445)',
      'probe.changed: anne changed the probe “Files” (tcp, nas.lan:139)',
      'probe.changed: anne changed the probe “Gateway” (icmp, 10.0.0.254)',
      'probe.removed: anne removed the probe “Files” (tcp, nas.lan:139)',
    ],
  );
});

test('what does not go together is refused', async (t) => {
  const station = await ProbeStation.start(t);
  const { probes } = station;
  const id = await station.make();
  const behind = await station.make({ parent: id });
  const refused = (change: object, code: string, path: string, of = id) =>
    assert.rejects(probes.change(of, change, anne), { code, path });
  await refused({ parent: behind }, 'BAD_REQUEST', 'parent');
  await refused({ options: { timeoutMs: 30_000 } }, 'BAD_REQUEST', 'options.timeoutMs');
  await refused({ options: { banner: 7 } }, 'BAD_REQUEST', 'options.banner');
  await refused({ options: { host: '203.0.113.9' } }, 'BAD_REQUEST', 'options.host');
  const facts = { addresses: ['10.0.0.5', 'fe80::1%eth0', '203.0.113.200'] };
  station.store.put(watchedMachine(1, { local: true, facts }));
  await probes.change(id, { options: { host: '203.0.113.9' } }, anne);
  await refused({ vantages: [3] }, 'BAD_REQUEST', 'options.host');
  station.store.put(watchedMachine(1, { local: true, facts: { addresses: ['10.0.0.5'] } }));
  await probes.change(id, { name: 'Moved' }, anne);
  await probes.change(id, { options: { host: 'nas.lan' } }, anne);
  await refused({ vantages: [2, 2] }, 'BAD_REQUEST', 'vantages');
  await refused({ vantages: [9] }, 'NOT_FOUND', 'vantages');
  await refused({ name: 'Door' }, 'BAD_REQUEST', 'name', gateway.id);
  await assert.rejects(probes.remove(id, anne), { code: 'CONFLICT' });
  await assert.rejects(probes.remove(gateway.id, anne), { code: 'CONFLICT' });
  await assert.rejects(probes.remove('abcdefgh', anne), { code: 'NOT_FOUND' });
  const options = { host: 'a.lan', port: 9, payload: 'x'.repeat(1_024), expect: 'x'.repeat(256) };
  const long = { kind: 'udp', name: 'Long', options } as const;
  const many = async () => {
    for (;;) await probes.create(long, anne);
  };
  await assert.rejects(many(), { code: 'TOO_MANY', path: 'vantages' });
  assert.ok(probes.definitions().length > 150, 'as many as one message takes');
  await probes.create({ ...long, vantages: [2] }, anne);
});

test('a verdict is what all vantage points say now; who is away or removed says nothing', async (t) => {
  const station = await ProbeStation.start(t);
  const { clock, store } = station;
  const id = await station.make({ vantages: [2, 3] });
  assert.equal(station.words(id), 'unknown: Nothing is known about NAS: it has not been checked yet');
  station.find(2, id, 'up');
  station.find(3, id, 'down', 'REFUSED');
  const failedMs = clock.wallMs();
  assert.equal(station.words(id), 'bad: Only pc-3 cannot reach NAS: the connection was refused');
  await clock.advance(10_000);
  station.measure(3, id, false, 0.5);
  const [, third] = station.probes.cells(id);
  assert.deepEqual(third, {
    ...{ machine: 3, verdict: 'down', reason: { code: 'REFUSED', detail: 'x' } },
    ...{ sinceMs: failedMs, lastMs: clock.wallMs(), durationS: 0.5 },
  });
  station.measure(3, id, true);
  assert.equal(station.words(id), 'good: NAS answers everybody');
  assert.equal(station.probes.state(id).sinceMs, clock.wallMs());
  store.put(watchedMachine(3, { state: 'vanished', stateSinceMs: clock.wallMs() }));
  assert.equal(station.words(id), 'good: NAS answers everybody (nothing is known from pc-3)');
  assert.equal(station.probes.cells(id)[1]?.reason?.code, 'AWAY');
  store.remove(2);
  assert.match(station.words(id), /^unknown: .*the machine that checks it was removed/);
  assert.deepEqual(station.probes.get(id)?.vantages, [2, 3], 'the definition stays whole');
});

test('why it failed is known also when the value came before the words', async (t) => {
  const station = await ProbeStation.start(t);
  const id = await station.make();
  const atMs = station.clock.wallMs();
  await station.clock.advance(500);
  station.measure(1, id, false);
  station.door.tell(1, {
    probe: id,
    runMs: 1,
    atMs,
    verdict: 'down',
    reason: { code: 'REFUSED', detail: 'x' },
  });
  assert.deepEqual(
    station.probes.cells(id).map(({ reason, sinceMs, lastMs }) => [reason?.code, sinceMs, lastMs]),
    [['REFUSED', atMs, atMs + 500]],
  );
});

test('an old word changes nothing, and what is never heard again is known no longer', async (t) => {
  const station = await ProbeStation.start(t);
  const { clock } = station;
  const id = await station.make();
  const beforeMs = clock.wallMs();
  await clock.advance(1_000);
  station.find(1, id, 'up');
  station.door.tell(1, { probe: id, runMs: 1, atMs: beforeMs, verdict: 'down' });
  station.store.live(1, beforeMs, [{ name: `probe.up:${id}`, value: 0 }]);
  assert.match(station.words(id), /^good/);
  await clock.advance(3 * minute);
  station.probes.look();
  assert.match(station.words(id), /^unknown: .*nothing was heard of it for long/);
  // The clock of the box was ahead, and nobody knew.
  station.find(1, id, 'up');
  station.store.setClock(clock.wallMs() - clock.monotonicMs() - 86_400_000, true);
  station.door.tell(1, { probe: id, runMs: 1, atMs: station.duty.time.wallMs(), verdict: 'down' });
  assert.match(station.words(id), /^bad/);
});

test('another target is another thing: what was found before counts no more', async (t) => {
  const station = await ProbeStation.start(t);
  const id = await station.make();
  station.find(1, id, 'down', 'REFUSED');
  await station.clock.advance(1_000);
  await station.probes.change(id, { name: 'Files' }, anne);
  assert.match(station.words(id), /^bad: Files/);
  await station.probes.change(id, { options: { port: 139 } }, anne);
  assert.match(station.words(id), /^unknown/);
  station.door.tell(1, { probe: id, runMs: 1, atMs: station.clock.wallMs() - 500, verdict: 'down' });
  assert.match(station.words(id), /^unknown/, 'it was on its way');
  await station.probes.change(id, { enabled: false }, anne);
  assert.equal(station.words(id), 'unknown: Files is stopped');
});

test('a watch that begins anew knows what was measured last', async (t) => {
  const station = await ProbeStation.start(t);
  const id = await station.make({ vantages: [2] });
  station.measure(2, id, true, 0.25);
  await station.restart();
  const { verdict, vantages } = station.probes.state(id);
  assert.deepEqual([verdict, vantages[0]?.durationS], ['good', 0.25]);
});

test('a probe that is to run now is told so, with another number each time', async (t) => {
  const station = await ProbeStation.start(t);
  const { door, probes } = station;
  const id = await station.make();
  const again = () => door.assigned.get(1)?.find((one) => one.id === id)?.again;
  assert.equal(again(), undefined);
  probes.run(id);
  await station.rest();
  const first = again();
  probes.run(id);
  await station.rest();
  assert.ok(first !== undefined && again()! > first);
  await probes.change(id, { enabled: false }, anne);
  assert.throws(() => probes.run(id), { code: 'CONFLICT' });
});

test('what changes is told once, without secrets', async (t) => {
  const station = await ProbeStation.start(t);
  const { clock } = station;
  const options = { host: '10.0.0.9', community: 'hunter2' };
  const id = await station.make({ kind: 'snmp', options });
  const told = () => {
    const verdicts = station.told.filter(([of]) => of === id).map(([, state]) => state?.verdict ?? null);
    station.told = [];
    return verdicts;
  };
  assert.deepEqual(told(), ['unknown']);
  for (let looks = 0; looks < 3; looks++) {
    await clock.advance(1_000);
    station.measure(1, id, true);
    station.duty.look();
    station.probes.look();
  }
  assert.ok(!JSON.stringify(station.told).includes('hunter2'));
  assert.deepEqual(told(), ['good']);
  await clock.advance(3 * minute);
  station.probes.look();
  station.probes.look();
  assert.deepEqual(told(), ['unknown'], 'nothing was heard of it for long');
  station.measure(1, id, true);
  assert.deepEqual(told(), ['good'], 'as before, and news again');
  station.find(1, id, 'down', 'TIMEOUT');
  await station.probes.remove(id, anne);
  assert.deepEqual(told(), ['bad', null]);
});
