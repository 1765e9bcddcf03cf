import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anne, IncidentBench } from '../../helpers/incident-parts.ts';

const minute = 60_000;
const hour = 60 * minute;
const home = { subject: 'system.filesystem.utilization:/home' };
const root = { subject: 'system.filesystem.utilization:/' };

test('a failure is told at once and its recovery once, with how long it lasted', () => {
  const bench = new IncidentBench();
  bench.judge('bad');
  bench.pass(10 * minute);
  bench.judge('good');
  bench.pass(hour);
  assert.deepEqual(bench.told(), ['opened 1', 'recovered 1']);
  const texts = bench.entries.map(({ occasion }) => occasion?.text);
  assert.equal(texts[0]?.en, 'pc-1: Vanished: nothing heard for 2 min, and no goodbye');
  assert.match(texts[1]?.fr ?? '', /^Terminé après 10 min : pc-1 : Disparue/);
  assert.deepEqual(bench.notes(), ['opened', 'resolved']);
});

test('a recovery is told only if the failure was', () => {
  const bench = new IncidentBench();
  bench.schedule('maintenance', ['machine:1'], hour);
  bench.judge('bad');
  assert.equal(bench.incidents.get(1)?.hold, 'maintenance');
  assert.match(bench.entries[0]?.notes[0]?.text.en ?? '', /\(not told: maintenance\)$/);
  bench.pass(minute);
  bench.judge('good');
  assert.deepEqual(bench.told(), []);
});

test('what is still bad when maintenance or quiet hours end is told then', () => {
  const bench = new IncidentBench({ groups: { lab: [1] } });
  bench.schedule('quiet', ['group:lab'], hour);
  bench.judge('bad');
  bench.judge('bad', { machine: 2 });
  bench.judge('bad', { rule: 'disk-full', ...root });
  assert.deepEqual(bench.told(), ['opened 2', 'opened 3'], 'another group, and what is critical');
  bench.pass(hour - 1);
  assert.ok(!bench.told().includes('opened 1'));
  bench.pass(1);
  assert.ok(bench.told().includes('opened 1'));
});

test('it is told again until somebody acknowledges, and not while it is unknown', () => {
  const bench = new IncidentBench();
  bench.judge('bad');
  bench.pass(hour - 1);
  assert.equal(bench.told().length, 1);
  bench.pass(1);
  assert.deepEqual(bench.told(), ['opened 1', 'repeated 1']);
  assert.match(bench.entries.at(-1)?.occasion?.text.en ?? '', /^Still, for 60 min: pc-1/);
  bench.judge('unknown');
  bench.pass(5 * hour);
  assert.equal(bench.told().length, 2);
  bench.judge('bad');
  bench.incidents.acknowledge(1, { note: 'on my way', untilMs: bench.nowMs + 3 * hour }, anne);
  assert.equal(bench.entries.at(-1)?.notes[0]?.text.en.split(':')[0], 'anne knows of it “on my way”');
  bench.pass(3 * hour - 1);
  assert.equal(bench.told().length, 2);
  bench.pass(1);
  assert.equal(bench.told().length, 3, 'the time is over');
  assert.deepEqual(bench.notes(), ['opened', 'acknowledged', 'released']);
  assert.equal(bench.incidents.get(1)?.state, 'open');
});

test('an acknowledgement ends with the failure, whose recovery is told', () => {
  const bench = new IncidentBench();
  bench.judge('bad');
  bench.incidents.acknowledge(1, { note: '', untilMs: null }, anne);
  bench.judge('good');
  bench.pass(hour);
  bench.judge('bad');
  assert.deepEqual(bench.told(), ['opened 1', 'recovered 1', 'opened 2']);
  assert.equal(bench.incidents.get(2)?.acknowledged, null);
});

test('the same failure of a machine waits a quarter of an hour, that of a second machine does not', () => {
  const bench = new IncidentBench();
  bench.judge('bad');
  bench.pass(minute);
  bench.judge('good');
  bench.pass(minute);
  bench.judge('bad');
  bench.judge('bad', { machine: 2 });
  assert.deepEqual(bench.told(), ['opened 1', 'recovered 1', 'opened 3']);
  assert.equal(bench.incidents.get(2)?.hold, 'cooldown');
  bench.pass(13 * minute - 1);
  assert.equal(bench.told().length, 3);
  bench.pass(1);
  assert.deepEqual(bench.told().at(-1), 'opened 2');
});

test('flapping tells once a quarter of an hour, however often it comes and goes', () => {
  const bench = new IncidentBench();
  for (let at = 0; at < 60; at++) {
    bench.judge('bad');
    bench.pass(30_000);
    bench.judge('good');
    bench.pass(30_000);
  }
  const opened = bench.told().filter((one) => one.startsWith('opened'));
  const recovered = bench.told().filter((one) => one.startsWith('recovered'));
  assert.ok(opened.length <= 4 && recovered.length <= opened.length, bench.told().join());
});

test('a disk above 95 % explains that it is above 90 %; only the first is told', () => {
  const bench = new IncidentBench();
  const rules = ['disk', 'disk-full'];
  for (const rule of rules) {
    const judged = bench.rule(rule, 1)!;
    const evidence = { value: 0.97, limit: 0.95, forMs: 60_000 };
    bench.incidents.judged({ rule: judged, machine: 1, ...root, verdict: 'bad', evidence, atMs: 0 });
  }
  bench.incidents.settleFresh();
  assert.deepEqual(bench.told(), ['opened 2']);
  assert.deepEqual([bench.incidents.get(1)?.hold, bench.incidents.get(1)?.cause], ['cause', 2]);
  bench.judge('bad', { rule: 'disk', ...home });
  assert.deepEqual(bench.told(), ['opened 2', 'opened 3'], 'another disk is another matter');
  bench.judge('good', { rule: 'disk-full', ...root });
  bench.pass(20 * minute);
  assert.ok(bench.told().includes('opened 1'), 'it is above 90 % still');
});

test('somebody else may say what explains it, or that it has to wait', () => {
  let opinion: 'settling' | { cause: number } | null = 'settling';
  const bench = new IncidentBench({ judge: () => opinion });
  bench.judge('bad');
  assert.equal(bench.incidents.get(1)?.hold, 'settling');
  opinion = { cause: 7 };
  bench.pass(minute);
  assert.equal(bench.incidents.get(1)?.cause, 7);
  opinion = null;
  bench.pass(minute);
  assert.deepEqual(bench.told(), ['opened 1']);
});

test('who explains an incident is written down at once, so that a start knows it', () => {
  let opinion: 'settling' | { cause: number } = 'settling';
  const bench = new IncidentBench({ judge: () => opinion });
  bench.judge('bad');
  const { length } = bench.entries;
  opinion = { cause: 7 };
  bench.pass(minute);
  assert.deepEqual(
    bench.entries.slice(length).map(({ incident, notes }) => [incident.cause, notes.length]),
    [[7, 0]],
  );
  bench.pass(minute);
  assert.equal(bench.entries.length, length + 1, 'once');
});

test('a cause that is good is over when what came with it is back; until then it is unknown, and not told again', () => {
  let mayEnd = false;
  const bench = new IncidentBench({ mayEnd: () => mayEnd });
  bench.judge('bad');
  bench.judge('good');
  assert.equal(bench.incidents.get(1)?.verdict, 'unknown');
  bench.pass(2 * hour);
  assert.deepEqual(bench.told(), ['opened 1']);
  bench.judge('bad');
  mayEnd = true;
  bench.pass(minute);
  assert.equal(bench.incidents.get(1)?.verdict, 'bad', 'it is bad again, and what was good is forgotten');
  mayEnd = false;
  bench.judge('good');
  bench.incidents.close('vanished', 1, '', 'gone');
  mayEnd = true;
  bench.judge('bad', { machine: 2 });
  bench.pass(minute);
  assert.equal(bench.incidents.get(2)?.verdict, 'bad');
  mayEnd = false;
  bench.judge('good', { machine: 2 });
  mayEnd = true;
  bench.pass(5_000);
  assert.deepEqual(bench.told().at(-1), 'recovered 2');
});

test('a message says whom its incident takes along, and its end who is back', () => {
  const both = (text: string) => ({ en: text, fr: text });
  const telling = { text: both('12 vanished'), affected: both('a, b'), returned: both('b') };
  const bench = new IncidentBench({ tellingOf: () => telling });
  bench.judge('bad');
  bench.pass(hour);
  bench.judge('good');
  const occasions = bench.entries.flatMap(({ occasion }) => occasion ?? []);
  assert.deepEqual(
    occasions.map(({ kind, more }) => [kind, more?.en]),
    [
      ['opened', 'a, b'],
      ['repeated', 'a, b'],
      ['recovered', 'b'],
    ],
  );
  assert.deepEqual(
    occasions.map(({ text }) => text.en.replace(/^.*: /, '')),
    ['12 vanished', '12 vanished', '12 vanished'],
  );
});

test('an event has no recovery', () => {
  const bench = new IncidentBench({ rules: { restarted: { enabled: true } } });
  bench.judge('bad', { rule: 'restarted', subject: 'system.uptime' });
  bench.judge('good', { rule: 'restarted', subject: 'system.uptime' });
  assert.deepEqual(bench.told(), ['opened 1']);
});

test('a clock that is put right neither silences nor floods', () => {
  const bench = new IncidentBench();
  bench.judge('bad');
  bench.pass(-30 * 365 * 24 * hour);
  assert.deepEqual(bench.told(), ['opened 1', 'repeated 1'], 'told by a clock that was ahead: told again');
  bench.pass(minute);
  assert.equal(bench.told().length, 2);
  bench.pass(40 * 365 * 24 * hour);
  assert.equal(bench.told().length, 3);
});

test('after a start too, who was first is told first', () => {
  const bench = new IncidentBench();
  bench.schedule('maintenance', ['all'], hour);
  for (const subject of [root.subject, home.subject]) bench.judge('bad', { rule: 'disk-full', subject });
  const next = new IncidentBench();
  next.nowMs = bench.nowMs + hour;
  // The newest comes first out of the store.
  next.incidents.load(bench.incidents.list(), []);
  next.incidents.settle();
  assert.deepEqual([next.told(), next.incidents.get(2)?.hold], [['opened 1'], 'cooldown']);
});

test('the number of an incident is never given twice, and a start goes on where it ended', () => {
  const bench = new IncidentBench();
  bench.judge('bad');
  bench.judge('bad', { machine: 2 });
  bench.judge('good');
  const open = bench.incidents.list();
  const past = bench.entries.map(({ incident }) => incident).filter(({ state }) => state === 'resolved');
  const next = new IncidentBench();
  next.nowMs = bench.nowMs + minute;
  next.incidents.load(open, past);
  assert.equal(next.incidents.get(2)?.verdict, 'unknown');
  next.judge('bad');
  assert.deepEqual(
    [next.incidents.get(3)?.hold, next.told()],
    ['cooldown', []],
    'machine 1 was told a minute ago',
  );
  next.judge('good', { machine: 2 });
  assert.deepEqual(next.told(), ['recovered 2']);
});

test('why a probe fails stays said after a start, until something else is heard', () => {
  const bench = new IncidentBench();
  const said = (reason: string | null) => {
    const evidence = { probe: 'Page', checked: 1, known: 1, failing: 1, reason, failures: 3, forMs: 60_000 };
    bench.judge('bad', { rule: 'probe-failing', subject: 'probe.state:aaaaaaaa', evidence });
    return bench.incidents.get(1)?.text.en;
  };
  assert.equal(said('STATUS'), 'pc-1: Page gives no proper answer: the status is not a good one');
  assert.equal(said(null), 'pc-1: Page gives no proper answer: the status is not a good one');
  assert.equal(said('REFUSED'), 'pc-1: Page does not answer: the connection was refused');
});
