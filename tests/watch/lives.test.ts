// One life of the watch after another: what the one before had asked the store for is known to the next.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import type { Machine, StoreClient } from '../../appliance/store/client/client.ts';
import type { Incident } from '../../appliance/watch/client/types.ts';
import { recordKeyOf } from '../../appliance/watch/incidents/records.ts';
import { createWatch } from '../../appliance/watch/watch.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { LanDoorInRam } from '../helpers/lan-door.ts';
import { ProbeDoorInRam } from '../helpers/probe-door.ts';
import { watchConfigOf } from '../helpers/watch-config.ts';
import { WatchStoreInRam, watchedMachine } from '../helpers/watch-store.ts';

const incident: Incident = {
  ...{
    id: 7,
    rule: 'cpu',
    kind: 'threshold',
    machine: 1,
    subject: 'x',
    severity: 'high',
    state: 'acknowledged',
  },
  ...{ verdict: 'bad', openedMs: 1, trusted: true, resolvedMs: null, ending: null, told: true, toldMs: 1 },
  acknowledged: { who: 'anne', note: 'I know', atMs: 2, untilMs: null },
  ...{ timesTold: 1, hold: null, cause: null, text: { en: 'hot', fr: 'chaud' }, evidence: {}, revision: 3 },
};

function watchOver(t: TestContext, clock: FakeClock, store: StoreClient) {
  const folder = temporaryFolder(t);
  return createWatch({
    ...{ config: watchConfigOf(), runDir: folder, stateDir: folder, clock, store },
    door: new ProbeDoorInRam(),
    lan: new LanDoorInRam(),
    log: createLog({ name: 'watch', level: 'error', write: () => undefined }),
    alive: () => undefined,
    fail: (error) => assert.fail(String(error)),
  });
}

test('a write that a killed process left on its way is read by the next one, which gives no number twice', async (t) => {
  const clock = new FakeClock();
  const store = new WatchStoreInRam({ anchorMs: clock.wallMs(), wallMs: () => clock.wallMs() });
  const client = store.client();
  // The store answers readers from what is on disk, and writes in the order in which it was asked to.
  const slow = {
    ...client,
    writeRecords: (...asked: Parameters<typeof client.writeRecords>) => {
      store.records.set(`watch.incidents ${recordKeyOf(incident)}`, JSON.stringify(incident));
      return client.writeRecords(...asked);
    },
    close: () => undefined,
  } as unknown as StoreClient;
  const { parts, duty } = watchOver(t, clock, slow);
  const [work] = parts;
  await work?.start(new AbortController().signal);
  t.after(() => work?.stop());
  // Of a machine that is not there any more: it is over, and in the words that were said of it.
  assert.equal((await duty.find(7))?.acknowledged?.note, 'I know');
});

test('nobody is answered or told anything before names are known, unless they never are', async (t) => {
  const clock = new FakeClock();
  const store = new WatchStoreInRam({ anchorMs: clock.wallMs(), wallMs: () => clock.wallMs() });
  store.put(watchedMachine(12, { name: 'library' }));
  const made = { name: 'Files', kind: 'tcp', options: { host: 'files', port: 445 }, vantages: [12] };
  store.records.set('watch.probes abcdefg2', JSON.stringify({ made }));
  const client = store.client();
  const said = Promise.withResolvers<void>();
  let asked = 0;
  const machines = () => {
    asked += 1;
    return said.promise.then(client.machines);
  };
  const { parts, probes } = watchOver(t, clock, {
    ...client,
    machines,
    close: () => undefined,
  } as unknown as StoreClient);
  const words = () => probes.state('abcdefg2').text.en;
  let isThere = false;
  const start = parts[0]!.start(new AbortController().signal).then(() => {
    isThere = true;
  });
  t.after(() => parts[0]!.stop());
  await eventually('machines were asked for', () => asked > 0);
  await clock.advance(1_000);
  assert.equal(isThere, false);
  assert.doesNotMatch(words(), /12/, 'a number is no name');
  said.resolve();
  await start;
  store.put(watchedMachine(12, { name: 'library', state: 'off' }));
  assert.equal(words(), 'Nothing is known about Files: the machine that checks it (library) is away');

  const silence = Promise.withResolvers<Machine[]>();
  const lost = watchOver(t, clock, {
    ...client,
    machines: () => silence.promise,
    close: () => undefined,
  } as unknown as StoreClient);
  let isLate = false;
  const late = lost.parts[0]!.start(new AbortController().signal).then(() => {
    isLate = true;
  });
  t.after(() => lost.parts[0]!.stop());
  await eventually('it goes on', async () => {
    await clock.advance(1_000);
    return isLate;
  });
  await late;
  silence.resolve([]);
});
