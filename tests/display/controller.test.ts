import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Failure } from '../../appliance/runtime/errors.ts';
import type { Controller } from '../../display/controller.ts';
import type { SimulatedPanel } from '../../display/hardware/simulated.ts';
import type { FakeClock } from '../helpers/clock.ts';
import { createFakeIngest, type FakeIngest } from '../helpers/fake-ingest.ts';
import { type PanelAtWork, panelAtWork } from '../helpers/panel-at-work.ts';
import { waitingMachine } from '../helpers/screen-samples.ts';

const waiting = waitingMachine({ id: 'a' });
const shown = { ...waiting, digits: '482913' };
const omar = { who: 'Omar', role: 'operator', from: '10.0.0.7' };

let clock: FakeClock;
let ingest: FakeIngest;
let panel: SimulatedPanel;
let controller: Controller;
let beats: number;
let asked: number;
let refusal: Failure | null;
let resets: number;
let at: PanelAtWork;
const address = {
  urls: ['https://box'],
  fingerprint: '',
  certificateFingerprint: '',
  code: null,
  recovery: null,
};

beforeEach(async () => {
  ingest = createFakeIngest(shown);
  beats = 0;
  asked = 0;
  refusal = null;
  resets = 0;
  at = await panelAtWork({
    ingest,
    web: {
      async recover() {
        asked++;
        if (refusal) throw refusal;
        controller.apply({ kind: 'address', address: { ...address, recovery: '7QK-4MD' } });
      },
    },
    resets: {
      async begin() {
        if (refusal) throw refusal;
        resets++;
      },
    },
    alive: () => beats++,
  });
  ({ clock, panel, controller } = at);
});

const text = () => at.text();
const hold = (ms?: number) => at.hold(ms);
const press = () => at.press();
const live = (cpu: number) => {
  controller.apply({ kind: 'change', change: { topic: 'live', machine: 1, tMs: 1, summary: { cpu } } });
};

test('a sample is on the glass within a fifth of a second', async () => {
  live(0.42);
  await clock.advance(200);
  assert.match(text(), /cpu 42%/);
  assert.deepEqual(Buffer.from(panel.shown!.pages).length, 1024);
});

test('draws at most five pictures a second, and the last one wins', async () => {
  let pictures = 0;
  controller.follow(() => pictures++);
  for (let at = 0; at < 100; at++) {
    live(at / 100);
    await clock.advance(10);
  }
  await clock.advance(200);
  assert.ok(pictures <= 6, `${pictures} pictures`);
  assert.match(text(), /cpu 99%/);
});

test('draws nothing new while nothing changes but the minute', async () => {
  let pictures = 0;
  controller.follow(() => pictures++);
  await clock.advance(59_000);
  assert.ok(pictures <= 1);
  await clock.advance(60_000);
  assert.ok(pictures >= 1 && pictures <= 2, `${pictures} pictures`);
});

test('a machine is admitted with two holds, with the digits that were shown', async () => {
  controller.apply({ kind: 'waiting', waiting: [waiting] });
  await clock.advance(200);
  assert.match(text(), /PC-COMPTA/);
  await hold();
  assert.match(text(), /482 913/);
  await hold();
  assert.deepEqual(ingest.asked, ['select a by panel', 'admit a 482913']);
  assert.match(text(), /Admitted.*machine 4\. Now say yes/);
  controller.apply({ kind: 'waiting', waiting: [] });
  await clock.advance(10_000);
  assert.match(text(), /ALL OK/);
});

test('a hold that began on other digits does not admit with the new ones', async () => {
  controller.apply({ kind: 'waiting', waiting: [shown] });
  await clock.advance(200);
  controller.edges.down();
  await clock.advance(500);
  controller.apply({ kind: 'waiting', waiting: [{ ...shown, digits: '777777' }] });
  await clock.advance(1000);
  controller.edges.up();
  await clock.advance(200);
  assert.deepEqual(ingest.asked, ['admit a 482913']);
});

test('a press that began before a machine came up does not refuse it', async () => {
  controller.edges.down();
  await clock.advance(50);
  controller.edges.up();
  controller.apply({ kind: 'waiting', waiting: [shown] });
  await clock.advance(1000);
  assert.deepEqual(ingest.asked, []);
});

test('a failure is told in the language of the panel and forgotten after a while', async () => {
  controller.apply({ kind: 'waiting', waiting: [waiting] });
  await clock.advance(200);
  ingest.fails = new Failure('TOO_MANY', 'six a minute');
  await hold();
  assert.match(text(), /Did not work.*Wait a minute/);
  await clock.advance(10_000);
  assert.match(text(), /Wants to join/);
});

test('putting a machine off whose digits are shown takes the selection back', async () => {
  controller.apply({ kind: 'waiting', waiting: [shown] });
  await clock.advance(200);
  controller.gesture('double');
  await clock.advance(200);
  assert.deepEqual(ingest.asked, ['deselect']);
});

test('dims, sleeps, and a press in the dark only wakes it', async () => {
  await clock.advance(61_000);
  assert.equal(panel.lit, 'dim');
  await clock.advance(600_000);
  assert.equal(panel.lit, 'off');
  await press();
  assert.equal(panel.lit, 'bright');
  assert.equal(controller.picture().screen, 'overview');
  await press();
  assert.equal(controller.picture().screen, 'address');
});

test('a press from somebody who sees the picture elsewhere acts also in the dark, in his own name', async () => {
  await clock.advance(700_000);
  controller.gesture('press');
  await clock.advance(200);
  assert.equal(controller.picture().screen, 'address');
  controller.apply({ kind: 'waiting', waiting: [waiting] });
  await clock.advance(200);
  controller.gesture('hold', { here: false, by: omar });
  assert.deepEqual(ingest.asked, ['select a by Omar']);
});

test('goes home by itself when nobody presses any more', async () => {
  await press();
  assert.equal(controller.picture().screen, 'address');
  await clock.advance(62_000);
  assert.equal(controller.picture().screen, 'overview');
});

test('says since when it is stale, and shows the last state', async () => {
  controller.apply({ kind: 'down', source: 'store', nowMs: clock.wallMs() });
  await clock.advance(200);
  assert.match(text(), /1\/1.*STALE SINCE/);
});

async function holdForRecovery(): Promise<void> {
  controller.edges.down();
  await clock.advance(10_400);
  controller.edges.up();
  await clock.advance(400);
}

test('ten seconds of holding count down and show a code on the glass, and to nobody elsewhere', async () => {
  controller.edges.down();
  await clock.advance(6200);
  assert.equal(controller.picture().screen, 'countdown');
  await clock.advance(4200);
  controller.edges.up();
  await clock.advance(400);
  assert.equal(asked, 1);
  assert.equal(controller.picture().screen, 'recovery');
  assert.match(controller.picture({ secrets: true }).text.join(' '), /7QK-4MD/);
  assert.doesNotMatch(text(), /7QK/);
  assert.notDeepEqual(controller.picture().frame.pages, controller.picture({ secrets: true }).frame.pages);
  assert.deepEqual(panel.lit, 'bright');
});

test('the recovery code stays for as long as it is good, and the glass stays lit', async () => {
  await holdForRecovery();
  await clock.advance(4 * 60_000);
  assert.equal(controller.picture().screen, 'recovery');
  controller.apply({ kind: 'address', address });
  await clock.advance(400);
  assert.equal(controller.picture().screen, 'overview');
});

test('who follows the pictures elsewhere never gets the recovery code', async () => {
  const seen: string[] = [];
  controller.follow((picture) => seen.push(picture.text.join(' ')));
  await holdForRecovery();
  assert.ok(seen.some((one) => one.includes('own screen')));
  assert.ok(!seen.some((one) => one.includes('7QK')));
});

test('says why no recovery code can be shown', async () => {
  refusal = new Failure('CONFLICT', 'nobody');
  await holdForRecovery();
  assert.match(text(), /Did not work.*first sign-in code/);
  refusal = new Failure('UNAVAILABLE', 'away');
  await holdForRecovery();
  assert.match(text(), /page does not answer/);
});

test('tells the watchdog that it works, and leaves no timer behind when stopped', async () => {
  await clock.advance(10_000);
  assert.ok(beats >= 10);
  live(0.3);
  controller.edges.down();
  controller.stop();
  assert.equal(clock.timers, 0);
});

test('whoever held the button for ten seconds may put the box back with two more holds', async () => {
  await hold(10_000);
  await hold();
  assert.equal(controller.picture().screen, 'reset');
  assert.equal(resets, 0);
  refusal = new Failure('UNAVAILABLE', 'away');
  await hold();
  assert.match(text(), /did not work.*store does not answer/is);
  refusal = null;
  await hold(10_000);
  await hold();
  await hold();
  assert.equal(resets, 1);
  assert.match(text(), /Starting anew/);
});

test('a press goes back, and from elsewhere nothing is deleted', async () => {
  await hold(10_000);
  await hold();
  await press();
  assert.notEqual(controller.picture().screen, 'reset');
  await hold(10_000);
  await hold();
  controller.gesture('hold');
  await clock.advance(250);
  assert.deepEqual([controller.picture().screen, resets], ['reset', 0]);
  controller.gesture('hold', { here: true, by: omar });
  await clock.advance(250);
  assert.equal(resets, 1);
});
