/** Once a day everything is read; what that finds ends the process without the mark of an orderly stop. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLog } from '../../../appliance/runtime/log.ts';
import type { Database } from '../../../appliance/store/database/database.ts';
import type { Journal } from '../../../appliance/store/journal/journal.ts';
import type { Inspection } from '../../../appliance/store/recovery/inspect.ts';
import type { Jobs } from '../../../appliance/store/recovery/jobs.ts';
import { createScrubber } from '../../../appliance/store/recovery/scrub.ts';
import type { Spare } from '../../../appliance/store/recovery/spare.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { jobsHere } from '../../helpers/jobs-here.ts';
import { gauge, runA, TestStore, ticks } from '../../helpers/store-parts.ts';

async function filled(t: TestContext, jobs: Jobs): Promise<TestStore> {
  const store = await TestStore.open(t, { clock: new FakeClock() });
  await store.stop();
  store.jobs = jobs;
  await store.start();
  const machine = await store.machineWith([gauge('value')]);
  const wallAtZeroMs = store.clock.wallMs() - 3_600_000;
  store.append([{ machine, run: runA, wallAtZeroMs, trusted: true, ticks: ticks(0, 50, (seq) => [seq]) }]);
  await store.store.turn();
  return store;
}

const found = (inspection: Partial<Inspection>): Jobs => ({
  ...jobsHere,
  async inspect(job, o) {
    const here = await jobsHere.inspect(job, o);
    return here === null ? null : { ...here, ...inspection };
  },
});

test('a running database is read through a copy of its files, and nothing is left of that', async (t) => {
  const store = await filled(t, jobsHere);
  await store.store.care.scrub();
  const { scrub } = (await store.store.health()).care;
  assert.deepEqual([scrub?.isGood, scrub?.why, scrub?.missing], [true, null, 0]);
  assert.ok(scrub!.keys > 5);
  assert.ok(!readdirSync(store.folder).some((name) => name.startsWith('db.look')));
  assert.deepEqual(store.failures, []);
});

test('it happens a day after the start, and each day again; soon after one that had no time to read all', async (t) => {
  const stateDir = temporaryFolder(t);
  mkdirSync(join(stateDir, 'db'));
  const hours = 3_600_000;
  const good = {
    isReadable: true,
    why: null,
    missing: 0,
    extra: [],
    damagedValues: 0,
    keys: 1,
    bytes: 1,
    isWhole: true,
  };
  for (const [isRead, moments] of [
    [true, [24, 48, 72]],
    [false, [5 / 60, 24 + 5 / 60, 48 + 5 / 60]],
  ] as const) {
    const clock = new FakeClock();
    const seen: number[] = [];
    const scrubber = createScrubber({
      ...{ stateDir, clock, log: createLog({ name: 'scrub', level: 'error' }), isRead },
      jobs: {
        ...jobsHere,
        inspect: async () => {
          seen.push(clock.monotonicMs() / hours);
          return good;
        },
      },
      database: { location: join(stateDir, 'db') } as Database,
      spare: { bytes: 0 } as Spare,
      journal: {} as Journal,
      fail: assert.fail,
    });
    for (const [count, moment] of moments.entries()) {
      await clock.advance(moment * hours - clock.monotonicMs());
      // Time that passes before the next one has its timer puts that one off.
      await eventually('the scrub', () => seen.length === count + 1 && clock.timers === 1, { everyMs: 2 });
    }
    assert.deepEqual(seen, [...moments]);
    await scrubber.stop();
    assert.equal(clock.timers, 0);
  }
});

for (const [what, jobs] of [
  ['a missing block', found({ missing: 1 })],
  ['a damaged value', found({ damagedValues: 1 })],
  ['an abort of its reader', { ...jobsHere, inspect: async () => null }],
] as const) {
  test(`${what} ends the process without the mark of an orderly stop`, async (t) => {
    const store = await filled(t, jobs);
    await store.store.care.scrub();
    assert.equal(store.failures.length, 1);
    assert.equal((await store.store.health()).care.scrub?.isGood, false);
    const { entries } = await store.store.journal.find({ kind: 'store.damaged' });
    assert.equal(entries.length, 1);
    await store.stop();
    assert.equal(existsSync(join(store.folder, 'clean')), false);
  });
}
