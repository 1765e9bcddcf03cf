// What the watch says is wrong, on the panel: who is woken, what is read, what a hold does.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Failure } from '../../appliance/runtime/errors.ts';
import type { Controller } from '../../display/controller.ts';
import type { SimulatedPanel } from '../../display/hardware/simulated.ts';
import type { FakeClock } from '../helpers/clock.ts';
import { incidentOf } from '../helpers/incident-samples.ts';
import { type PanelAtWork, panelAtWork } from '../helpers/panel-at-work.ts';
import { machineRow } from '../helpers/screen-samples.ts';

let clock: FakeClock;
let panel: SimulatedPanel;
let controller: Controller;
let refusal: Failure | null;
let noted: string[];
let at: PanelAtWork;

beforeEach(async () => {
  refusal = null;
  noted = [];
  at = await panelAtWork({
    watch: {
      async acknowledge(id, { note }, by) {
        if (refusal) throw refusal;
        noted.push(`${id} ${by.who}${note}`);
        return incidentOf(id, { state: 'acknowledged' });
      },
    },
  });
  ({ clock, panel, controller } = at);
});

const text = () => at.text();
const hold = () => at.hold();
const press = () => at.press();

const found = (id: number, more: Parameters<typeof incidentOf>[1] = {}) =>
  controller.apply({ kind: 'incidents', change: { incident: incidentOf(id, { machine: 1, ...more }) } });

test('what is wrong wakes the dark panel, keeps it lit, and a hold says that somebody knows', async () => {
  await clock.advance(700_000);
  assert.equal(panel.lit, 'off');
  found(3, { text: { en: 'BOX: disk at 96 %', fr: 'BOX : disque à 96 %' } });
  await clock.advance(1_200);
  assert.equal(panel.lit, 'bright');
  assert.match(text(), /1 problem 1\/1.*BOX Disk at 96 %/);
  await clock.advance(700_000);
  assert.equal(panel.lit, 'dim');
  await press();
  assert.match(text(), /1\/1 since .* press ▸ hold I know/);
  await hold();
  assert.deepEqual(noted, ['3 panel']);
  assert.match(text(), /Noted .*Nobody is told again of: BOX:/);
  found(3, { state: 'acknowledged', acknowledged: { who: 'panel', note: '', atMs: 1, untilMs: null } });
  await clock.advance(10_000);
  assert.match(text(), /1 known: BOX/);
  found(3, { state: 'resolved' });
  await clock.advance(1_000);
  assert.match(text(), /ALL OK/);
});

test('the worst comes first, presses lead through all of them, and what another explains is only counted', async () => {
  found(1, { severity: 'medium', text: { en: 'BOX: first', fr: '' } });
  found(2, { severity: 'critical', text: { en: 'BOX: second', fr: '' } });
  found(4, { severity: 'critical', cause: 2 });
  found(5, { severity: 'high', hold: 'maintenance' });
  await clock.advance(300);
  assert.match(text(), /2 problems .*Second/);
  const seen: string[] = [];
  for (let at = 0; at < 3; at++) {
    await press();
    seen.push(text());
  }
  assert.match(seen[0]!, /1\/2 .*Second also explains 1/);
  assert.match(seen[1]!, /2\/2 .*First/);
  assert.match(seen[2]!, /Web page/);
});

test('an incident that ends while it is looked at is not acknowledged, and who looks is led home', async () => {
  found(7);
  await clock.advance(300);
  await press();
  controller.edges.down();
  await clock.advance(500);
  found(7, { state: 'resolved' });
  await clock.advance(1_500);
  refusal = new Failure('NOT_FOUND', 'no incident 7 is open');
  controller.edges.up();
  await clock.advance(300);
  assert.match(text(), /It is over/);
  await clock.advance(10_000);
  found(8);
  await clock.advance(300);
  await press();
  found(8, { state: 'resolved' });
  await clock.advance(300);
  assert.match(text(), /ALL OK/);
});

test('without the watch nothing is called well, and what it said last stays', async () => {
  found(3);
  await clock.advance(300);
  controller.apply({ kind: 'down', source: 'watch', nowMs: clock.wallMs() });
  await clock.advance(300);
  assert.match(text(), /1 problem .*STALE SINCE/);
  await press();
  assert.doesNotMatch(text(), /I know/);
});

test('without the watch wakes for a machine that vanishes, and does not sleep while it is gone', async () => {
  controller.apply({ kind: 'down', source: 'watch', nowMs: clock.wallMs() });
  await clock.advance(700_000);
  assert.equal(panel.lit, 'off');
  const machine = machineRow(1, 'BOX', 'vanished').machine;
  controller.apply({ kind: 'change', change: { topic: 'machine', machine } });
  assert.equal(panel.lit, 'bright');
  await clock.advance(2_000_000);
  assert.equal(panel.lit, 'dim');
});
