import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Dictionaries } from '../../appliance/ingest/dictionaries.ts';
import { webCounts } from '../../appliance/ingest/security-series.table.ts';
import { type SecurityCounts, SecuritySeries } from '../../appliance/ingest/security-series.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import type { Tick } from '../../appliance/protocol/ticks.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { createStoreClient } from '../../appliance/store/client/client.ts';
import type { Latest } from '../../appliance/store/client/types.ts';
import { createWebClient } from '../../appliance/web/client/client.ts';
import { createCounters } from '../../appliance/web/counters.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { startStation } from '../helpers/ingest-station.ts';
import { startProgram } from '../helpers/programs.ts';
import { startWebBox } from '../helpers/web-box.ts';
import { WireAgent, wireIdentity } from '../helpers/wire-agent.ts';

const log = createLog({ name: 'test', level: 'error', write: () => undefined });
const failed = 'netmonitor.web.sign_in:failed';
const malformed = 'netmonitor.door.refused_connection:malformed';

/** The box is machine 1, whose agent has two series of its own. */
function boxWith(web: SecurityCounts['web'], room = (series: readonly Series[]) => series.length) {
  const clock = new FakeClock();
  const names: string[] = ['a', 'b'];
  let asked = 0;
  const store = {
    async series(_machine: number, series: readonly Series[]) {
      asked++;
      const taken = room(series);
      names.push(...series.slice(0, taken).map(({ name }) => name));
      return series.map((_, at) => (at < taken ? at + 2 : -1));
    },
  };
  const security = new SecuritySeries({
    counts: { isBox: (machine) => machine === 1, door: (name) => (name === 'malformed' ? 7 : 0), web },
    dictionaries: new Dictionaries({ store, clock }),
    ...{ clock, log },
  });
  let seq = 0;
  const tick = async (o: { machine?: number; ageMs?: number; afterMs?: number } = {}) => {
    await clock.advance(o.afterMs ?? 5_000);
    const made: Tick = { seq: seq++, runMs: clock.monotonicMs(), values: [1, 2] };
    security.join(o.machine ?? 1, made, o.ageMs ?? 20);
    // What was asked is answered before the next tick.
    await clock.advance(0);
    return { of: (name: string) => made.values[names.indexOf(name)], values: made.values };
  };
  return { tick, asked: () => asked };
}

test('the counts of web and of the door are known by name, each with a series of its own', () => {
  assert.deepEqual(Object.keys(webCounts).sort(), Object.keys(createCounters().now()).sort());
  const places = Object.values(webCounts).map(String);
  assert.equal(new Set(places).size, places.length);
});

test('the counts stand beside what the agent of the box measured, and beside nothing else', async () => {
  const box = boxWith(async () => ({ sign_ins_failed: 3 }));
  assert.deepEqual((await box.tick()).values, [1, 2], 'the store has not given places yet');
  const now = await box.tick();
  assert.deepEqual(now.values.slice(0, 2), [1, 2]);
  assert.equal(now.of(failed), 3);
  assert.equal(now.of(malformed), 7);
  assert.equal(now.of('netmonitor.web.sign_in:ok'), undefined, 'web did not tell it');
  for (const afterMs of [60_000, 5_000])
    assert.deepEqual((await box.tick({ machine: 2, afterMs })).values, [1, 2], 'another machine');
  assert.deepEqual(
    (await box.tick({ ageMs: 60_000 })).values,
    [1, 2],
    'a tick that was kept is of another time',
  );
  assert.equal(box.asked(), 1);
});

test('of a web that is away, or tells nonsense, nothing is known: neither zero nor its last word', async () => {
  const answers: (() => Promise<Record<string, number>>)[] = [
    async () => ({ sign_ins_failed: 3 }),
    () => Promise.reject(new Failure('UNAVAILABLE', 'no socket')),
    async () => ({ sign_ins_failed: -1 }),
    async () => ({ sign_ins_failed: 2 ** 52 }),
    () => new Promise(() => undefined),
  ];
  const box = boxWith(() => answers.shift()!());
  await box.tick();
  assert.equal((await box.tick()).of(failed), 3);
  await box.tick({ afterMs: 10_000 });
  assert.equal((await box.tick()).of(failed), undefined, 'refused');
  for (const what of ['below zero', 'too large']) {
    await box.tick({ afterMs: 15_000 });
    assert.equal((await box.tick()).of(failed), undefined, what);
  }
  assert.equal((await box.tick({ afterMs: 60_000 })).of(malformed), 7, 'the door is always known');
});

test('an answer of web that is old is not repeated', async () => {
  let answers = 0;
  const box = boxWith(() =>
    answers++ === 0 ? Promise.resolve({ sign_ins_failed: 3 }) : new Promise(() => undefined),
  );
  await box.tick();
  assert.equal((await box.tick()).of(failed), 3);
  assert.equal((await box.tick({ afterMs: 20_000 })).of(failed), 3, 'asked again just now');
  assert.equal((await box.tick({ afterMs: 20_000 })).of(failed), undefined);
});

test('a store that has no room is asked once a minute, and the agent’s values pass', async () => {
  const box = boxWith(undefined, () => 1);
  for (let at = 0; at < 6; at++) assert.deepEqual((await box.tick()).values, [1, 2]);
  assert.equal(box.asked(), 1);
  await box.tick({ afterMs: 60_000 });
  assert.equal(box.asked(), 2);
});

test('a failed sign-in and a stranger’s samples are steps in the history of the box; without web there are gaps', async (t) => {
  const folder = temporaryFolder(t);
  const env = { NETMONITOR_HOME: join(folder, 'home'), NETMONITOR_RUN: folder };
  const program = startProgram({ main: 'appliance/store/main.ts', env });
  t.after(() => program.end('SIGKILL'));
  const web = await startWebBox(t, { folder });
  const counters = createWebClient({ runDir: folder, as: 'ingest' });
  t.after(() => counters.close());
  await assert.rejects(counters.address(), { code: 'FORBIDDEN' }, 'of web only the counts');

  const store = createStoreClient({ runDir: folder, as: 'ingest' });
  const reader = createStoreClient({ runDir: folder, as: 'console' });
  t.after(() => [store, reader].map((one) => one.close()));
  const identity = wireIdentity();
  await mkdir(join(folder, 'key'));
  await chmod(join(folder, 'key'), 0o755);
  await writeFile(join(folder, 'key/local.pub'), `${identity.spki}\n`, { mode: 0o644 });
  const { port } = await startStation(t, store, {
    ...{ runDir: folder, localAgentKey: join(folder, 'key/local.pub') },
    ...{ webCounters: () => counters.counters(), limits: { askWebEveryMs: 0 } },
  });
  const agent = await WireAgent.greet({ port, identity });
  const machine = agent.welcome!.machine!;
  const startMs = Date.now();
  agent.dictionary(['test.value']);
  let seq = 0;
  const latest = () => reader.latest(machine);
  /** Ticks, at the pace that a machine may keep, until the store's last values are like this. */
  const ticksUntil = (what: string, seen: (latest: Latest[]) => boolean) =>
    eventually(
      what,
      async () => {
        agent.tick(seq++, [5], 1_000 + Date.now() - startMs);
        return seen(await latest());
      },
      { everyMs: 100 },
    );
  const until = (name: string, wanted: number) =>
    ticksUntil(`${name} is ${wanted}`, (values) => values.find((one) => one.name === name)?.value === wanted);
  await web.signIn();
  await until(failed, 0);
  const body = { name: 'nobody', password: 'not the password' };
  assert.equal((await web.ask('/api/v1/session', { method: 'POST', body })).status, 401);
  const stranger = await WireAgent.greet({ port });
  stranger.tick(0, [1]);
  await stranger.until('it is sent away', () => stranger.closed);
  await until(failed, 1);

  const ask = (names: string[]) =>
    reader.range({ machine, names, fromMs: startMs - 1_000, toMs: Date.now() + 1_000, points: 500 });
  const { columns } = await ask([
    failed,
    'netmonitor.door.refused_connection:unadmitted',
    'netmonitor.web.refused:host',
  ]);
  const steps = columns.map(({ mean }) => mean.filter((rate) => rate !== null && rate > 0).length > 0);
  assert.deepEqual(steps, [true, true, false]);
  const own = (await ask(['test.value'])).columns[0]!.mean;
  assert.ok(own.filter((value) => value !== null).every((value) => value === 5));

  await web.stop();
  await ticksUntil('only the counts of the door go on', (values) => {
    const tMs = (name: string) => values.find((one) => one.name === name)?.tMs ?? 0;
    return tMs(malformed) > tMs(failed);
  });
});
