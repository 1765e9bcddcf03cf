// One life of the watch after another: what the one before had asked the store for is known to the next.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import type { StoreClient } from '../../appliance/store/client/client.ts';
import type { Incident } from '../../appliance/watch/client/types.ts';
import { recordKeyOf } from '../../appliance/watch/incidents/records.ts';
import { createWatch } from '../../appliance/watch/watch.ts';
import { FakeClock } from '../helpers/clock.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { LanDoorInRam } from '../helpers/lan-door.ts';
import { ProbeDoorInRam } from '../helpers/probe-door.ts';
import { watchConfigOf } from '../helpers/watch-config.ts';
import { WatchStoreInRam } from '../helpers/watch-store.ts';

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

test('a write that a killed process left on its way is read by the next one, which gives no number twice', async (t) => {
  const folder = temporaryFolder(t);
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
  const { parts, duty } = createWatch({
    ...{
      config: watchConfigOf(),
      runDir: folder,
      stateDir: folder,
      clock,
      store: slow,
    },
    door: new ProbeDoorInRam(),
    lan: new LanDoorInRam(),
    log: createLog({ name: 'watch', level: 'error', write: () => undefined }),
    alive: () => undefined,
    fail: (error) => assert.fail(String(error)),
  });
  const [work] = parts;
  await work?.start(new AbortController().signal);
  t.after(() => work?.stop());
  // Of a machine that is not there any more: it is over, and in the words that were said of it.
  assert.equal((await duty.find(7))?.acknowledged?.note, 'I know');
});
