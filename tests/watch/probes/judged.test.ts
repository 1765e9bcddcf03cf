// Probes through the whole watch: what vantage points measure becomes incidents with words, each probe on its own.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ProbeDefinition } from '../../../appliance/watch/client/probes.ts';
import type { Incident } from '../../../appliance/watch/client/types.ts';
import { anne } from '../../helpers/incident-parts.ts';
import { minute, second, WatchStation } from '../../helpers/watch-station.ts';
import { watchedMachine } from '../../helpers/watch-store.ts';

const files = 'filesabc';
const web = 'webabcde';
const probe = (id: string, more: Partial<ProbeDefinition> = {}): ProbeDefinition => ({
  ...{ id, name: id.slice(0, -3), kind: 'tcp', options: { host: 'h', port: 80 }, intervalMs: 20_000 },
  ...{ vantages: [1], enabled: true, builtIn: false, groups: [], parent: null, beyond: false },
  ...more,
});

class Probed {
  readonly station: WatchStation;
  probes: ProbeDefinition[];

  constructor(station: WatchStation, probes: ProbeDefinition[]) {
    this.station = station;
    this.probes = probes;
  }

  static async start(t: TestContext, probes: ProbeDefinition[], machines = [1]): Promise<Probed> {
    const probed = new Probed(await WatchStation.start(t, machines), probes);
    probed.station.duty.defineProbes(probes);
    return probed;
  }

  /** So many looks, one every 20 s: who reaches what. */
  async look(times: number, found: readonly (readonly [machine: number, id: string, isUp: boolean])[]) {
    const { station } = this;
    for (let at = 0; at < times; at++) {
      await station.clock.advance(20 * second);
      for (const [machine, id, isUp] of found)
        station.store.live(machine, station.clock.wallMs(), [
          { name: `probe.up:${id}`, value: isUp ? 1 : 0 },
        ]);
      station.duty.look();
    }
    await station.duty.settled();
  }

  incidents(): Pick<Incident, 'rule' | 'machine' | 'subject' | 'severity' | 'text'>[] {
    const open = this.station.duty.incidents.list();
    return open.map(({ rule, machine, subject, severity, text }) => ({
      rule,
      machine,
      subject,
      severity,
      text,
    }));
  }
}

const refused = { code: 'REFUSED', detail: 'connect ECONNREFUSED' };

test('three failures in a row are told in words, with the reason that came apart from them', async (t) => {
  const probed = await Probed.start(t, [probe(files)]);
  const { station } = probed;
  await probed.look(2, [[1, files, false]]);
  station.duty.probes.result(1, files, 'down', refused);
  assert.deepEqual(probed.incidents(), []);
  await probed.look(1, [[1, files, false]]);
  const [both] = probed.incidents().filter(({ rule }) => rule === 'probe-failing');
  assert.deepEqual(both, {
    ...{ rule: 'probe-failing', machine: null, subject: `probe.state:${files}`, severity: 'high' },
    text: {
      en: 'pc-1 cannot reach files: the connection was refused',
      fr: 'pc-1 n’atteint pas files : la connexion a été refusée',
    },
  });
  assert.deepEqual(
    station.told(),
    [`opened ${both!.text.en}`],
    'failing for some is explained by failing for all',
  );
  await probed.look(1, [[1, files, true]]);
  assert.deepEqual(probed.incidents(), []);
  const said = station.store.notes.map(({ kind, text }) => `${kind} ${text.fr}`);
  assert.ok(said.includes(`incident.opened ${both!.text.fr}`), said.join('\n'));
  assert.ok(
    said.some((one) => /^incident\.resolved Terminé après \d+ s : pc-1 n’atteint pas files/.test(one)),
  );
});

test('one lost look that is told again and again is one look, wherever the clock goes, and none of another time', async (t) => {
  const probed = await Probed.start(t, [probe(files)]);
  const { station } = probed;
  await probed.look(2, [[1, files, true]]);
  const { store, clock, duty } = station;
  await clock.advance(20 * second);
  const lostMs = clock.wallMs();
  const anchorMs = lostMs - clock.monotonicMs();
  for (const backMs of [0, 30_000, 60_000]) {
    store.setClock(anchorMs - backMs, true);
    store.live(1, clock.wallMs(), [{ name: `probe.up:${files}`, value: 0, tMs: lostMs }]);
    await clock.advance(5 * second);
    duty.look();
  }
  assert.equal(duty.probes.matrixOf(files)?.verdict, 'bad');
  store.setClock(anchorMs, true);
  store.put(watchedMachine(1, { state: 'silent', stateSinceMs: lostMs }));
  store.put(watchedMachine(1, { stateSinceMs: lostMs + 5 * second }));
  store.live(1, clock.wallMs(), [{ name: `probe.up:${files}`, value: 0, tMs: lostMs }]);
  assert.equal(duty.probes.matrixOf(files)?.verdict, 'unknown', 'it was measured before it came back');
  assert.deepEqual(probed.incidents(), []);
});

test('one vantage point that fails is a lesser matter, and named', async (t) => {
  const machines = [1, 2, 3];
  const probed = await Probed.start(t, [probe(files, { vantages: machines })], machines);
  const all = (failing: number) => machines.map((machine) => [machine, files, machine !== failing] as const);
  await probed.look(5, all(3));
  const [some, ...more] = probed.incidents();
  assert.deepEqual(more, []);
  assert.deepEqual([some?.rule, some?.severity], ['probe-failing-somewhere', 'medium']);
  assert.equal(some?.text.en, 'Only pc-3 cannot reach files');
  assert.equal(probed.station.duty.probes.matrixOf(files)?.share, 2 / 3);
});

test('what nobody is named for the box checks, as soon as it is there, and is not named', async (t) => {
  const probed = await Probed.start(t, [probe(files, { vantages: [] })]);
  const { station } = probed;
  await probed.look(3, [[1, files, false]]);
  assert.deepEqual(probed.incidents(), [], 'not its matter');
  station.store.put(watchedMachine(5, { local: true, stateSinceMs: station.clock.wallMs() }));
  await probed.look(3, [[5, files, false]]);
  assert.equal(probed.incidents()[0]?.text.en, 'files does not answer');
});

test('the second probe that fails is told, too, and what is said for one holds for one', async (t) => {
  const probed = await Probed.start(t, [probe(files), probe(web, { groups: ['shop'] })]);
  const { station } = probed;
  await station.duty.library.putGroup({ id: 'shop', name: 'Shop', machines: [] }, anne);
  await probed.look(4, [[1, files, false]]);
  await probed.look(4, [
    [1, files, false],
    [1, web, false],
  ]);
  assert.equal(station.told().filter((one) => one.startsWith('opened')).length, 2);
  await station.duty.library.changeRule('probe-failing', 'group:shop', { severity: 'critical' }, anne);
  await station.duty.library.changeRule('probe-failing', `probe:${files}`, { enabled: false }, anne);
  const failing = probed.incidents().filter(({ rule }) => rule === 'probe-failing');
  assert.deepEqual(
    failing.map(({ subject }) => subject),
    [`probe.state:${web}`],
  );
  assert.match(station.store.notes.at(-2)?.text.en ?? '', /“Probe fails for everybody” for files/);
  await probed.look(1, [[1, web, true]]);
  await probed.look(3, [[1, web, false]]);
  const anew = probed.incidents().filter(({ rule }) => rule === 'probe-failing');
  assert.deepEqual(
    anew.map(({ severity }) => severity),
    ['critical'],
    'its group counts',
  );
});

test('a vantage point that is away leaves the incident open and unknown; a restart knows it; a probe that is stopped ends it', async (t) => {
  const probed = await Probed.start(t, [probe(files)]);
  const { station } = probed;
  await probed.look(3, [[1, files, false]]);
  const verdicts = () => station.duty.incidents.list().map(({ rule, verdict }) => `${rule} ${verdict}`);
  assert.ok(verdicts().includes('probe-failing bad'));
  station.store.put(watchedMachine(1, { state: 'silent', stateSinceMs: station.clock.wallMs() }));
  assert.ok(verdicts().includes('probe-failing unknown'));
  // An hour and more: it is known that it is there, and not how.
  for (let at = 0; at < 70; at++) {
    await station.clock.advance(minute);
    station.duty.look();
  }
  assert.ok(verdicts().includes('probe-failing unknown'));
  station.store.put(watchedMachine(1, { stateSinceMs: station.clock.wallMs() }));
  await station.kill();
  station.duty.defineProbes(probed.probes);
  assert.ok(verdicts().includes('probe-failing unknown'));
  await probed.look(1, [[1, files, false]]);
  assert.ok(verdicts().includes('probe-failing bad'));
  station.duty.defineProbes([probe(files, { enabled: false })]);
  assert.deepEqual(verdicts(), []);
  await station.duty.settled();
  assert.ok(
    station.store.notes.some(({ text }) => text.en.startsWith('Closed, it is not measured any more:')),
  );
});

test('a probe that is checked rarely is not gone between two looks', async (t) => {
  const probed = await Probed.start(t, [probe(files, { intervalMs: 6 * 60 * minute })]);
  const { station } = probed;
  const found = async (isUp: boolean) => {
    await probed.look(1, [[1, files, isUp]]);
    for (let at = 0; at < 36; at++) {
      await station.clock.advance(10 * minute);
      station.duty.look();
    }
  };
  await found(false);
  assert.deepEqual(probed.incidents(), [], 'one lost look');
  await found(false);
  assert.equal(probed.incidents().filter(({ rule }) => rule === 'probe-failing').length, 1);
  await found(true);
  assert.deepEqual(probed.incidents(), []);
});
