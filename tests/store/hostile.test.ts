import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import { createLocalServer } from '../../appliance/runtime/socket/server.ts';
import { encodeBatch } from '../../appliance/store/client/append.ts';
import { storeSocket } from '../../appliance/store/client/roles.ts';
import { storeRoutes } from '../../appliance/store/server.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { counter, gauge, runA, TestStore, ticks } from '../helpers/store-parts.ts';

const hourMs = 3_600_000;

type Answer = { status: number; code?: string; path?: string; json: unknown };
type Settings = NonNullable<NonNullable<Parameters<typeof TestStore.open>[1]>['config']>;

/** Says over the real socket whatever it is told to, without our client between. */
async function served(t: TestContext, config: Partial<Settings> = {}) {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock, config });
  const path = join(test.folder, storeSocket('ingest'));
  await mkdir(dirname(path), { recursive: true });
  const log = createLog({ name: 'store', level: 'error', write: (line) => test.logged.push(line) });
  const server = createLocalServer({ path, routes: storeRoutes(() => test.store), log });
  await server.start(new AbortController().signal);
  t.after(() => server.stop());
  const say = (method: string, target: string, body?: string | Uint8Array) =>
    new Promise<Answer>((resolve, reject) => {
      const asked = request({ socketPath: path, method, path: target }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          const json: unknown = text === '' ? null : JSON.parse(text);
          const error = (json as { error?: { code: string; path?: string } } | null)?.error;
          resolve({ status: response.statusCode ?? 0, json, ...error });
        });
      });
      asked.on('error', reject);
      asked.end(body);
    });
  const machine = await test.machineWith([gauge('g'), counter('c')]);
  const append = async (entry: Partial<Parameters<typeof encodeBatch>[0][number]>) => {
    const whole = {
      machine,
      run: runA,
      wallAtZeroMs: clock.wallMs() - hourMs,
      trusted: true,
      ticks: [],
      ...entry,
    };
    const answer = await say('POST', '/v1/append', encodeBatch([whole]));
    return { status: answer.status, code: answer.code, path: answer.path, ...(answer.json as object) };
  };
  const held = () => test.store.samples.waiting().ticks;
  /** What the journal says, once it has been written. */
  const limited = async (count: number) => {
    const find = async () => (await test.store.journal.find({ kind: 'machine.limited' })).entries;
    await eventually('the journal says it', async () => (await find()).length >= count, { everyMs: 5 });
    return (await find()).map(({ details }) => details);
  };
  return { clock, test, say, machine, append, held, limited };
}

test('dates that are none, and bodies that are none, are refused with a path, and nothing of them is kept', async (t) => {
  const { say, append, held } = await served(t);
  for (const wallAtZeroMs of [Number.NaN, Number.POSITIVE_INFINITY, -Number.POSITIVE_INFINITY, 1e300]) {
    const { status, code, path } = await append({ wallAtZeroMs, ticks: ticks(0, 1, () => [1, 1]) });
    assert.deepEqual([status, code, path], [400, 'BAD_REQUEST', '[0].wallAtZeroMs']);
  }
  const good = encodeBatch([
    { machine: 1, run: runA, wallAtZeroMs: 0, trusted: true, ticks: ticks(0, 3, () => [1]) },
  ]);
  const bad = [
    Buffer.alloc(0),
    Buffer.from([9]),
    good.subarray(0, good.length - 3),
    Buffer.concat([good, good]),
  ];
  for (const body of bad) assert.equal((await say('POST', '/v1/append', body)).status, 400);
  assert.equal((await say('POST', '/v1/append', Buffer.alloc(10 * 2 ** 20))).code, 'TOO_LARGE');
  assert.equal(held(), 0);
});

test('a small body of many values that do not change is refused before it takes the RAM for them', async (t) => {
  const { say, machine } = await served(t);
  const still = ticks(0, 4096, () => new Array(500).fill(undefined));
  const entry = { machine, run: runA, wallAtZeroMs: 0, trusted: true, ticks: still };
  const body = encodeBatch([entry, entry, entry]);
  const { status, path } = await say('POST', '/v1/append', body);
  assert.deepEqual([body.length < 2 ** 20, status, path], [true, 400, '[2].values']);
});

test('the years 1970 and 2099 are left out with a path, counted, and reported once', async (t) => {
  const { clock, test, machine, append, held, limited } = await served(t);
  const refusal = (code: string) => [{ machine, code, path: '[0].ticks[0].runMs' }];
  const old = { wallAtZeroMs: 0, ticks: ticks(0, 3, () => [1, 1]) };
  const ahead = { wallAtZeroMs: Date.UTC(2099, 0, 1), ticks: ticks(10, 3, () => [1, 1]) };
  assert.deepEqual(((await append(old)) as { refused?: unknown }).refused, refusal('TOO_OLD'));
  for (let again = 0; again < 5; again++)
    assert.deepEqual(((await append(ahead)) as { refused?: unknown }).refused, refusal('IN_FUTURE'));
  const mixed = ticks(20, 2, () => [1, 1]);
  mixed[1]!.runMs = 1e12;
  await append({ ticks: mixed });
  assert.equal(held(), 1);
  assert.deepEqual((await test.store.health()).refusedBy, { TOO_OLD: 3, IN_FUTURE: 16 });
  assert.deepEqual((await limited(2)).map(({ code }) => code).sort(), ['IN_FUTURE', 'TOO_OLD']);
  assert.equal(test.logged.filter((line) => line.includes('IN_FUTURE')).length, 1);
  await test.restart();
  assert.equal(test.store.samples.waiting().ticks, 1, 'the log does not have them either');
  assert.equal(test.store.samples.lastSampleMs(machine)! < clock.wallMs(), true);
});

test('a counter below zero is left out by name; what stands beside it is kept', async (t) => {
  const { test, machine, append, limited } = await served(t);
  const answer = await append({ ticks: ticks(0, 2, (seq) => [-5, seq === 0 ? 7 : -1]) });
  assert.deepEqual((answer as { refused?: unknown }).refused, [
    { machine, code: 'NEGATIVE_COUNTER', path: '[0].ticks[1].values[1]' },
  ]);
  const latest = () => test.store.samples.latest(machine).map(({ name, value }) => [name, value]);
  assert.deepEqual(latest(), [
    ['g', -5],
    ['c', 7],
  ]);
  assert.equal((await limited(1))[0]!.names, 'c');
  await test.restart();
  assert.deepEqual(latest(), [
    ['g', -5],
    ['c', 7],
  ]);
});

test('names with control characters, too long or of other letters are refused with their path', async (t) => {
  const { test, say, machine } = await served(t);
  for (const name of ['a\nb', 'a\u0000', '\u001b[2J', 'A', 'é', 'a b', '', 'x'.repeat(129), '\ud800']) {
    const body = JSON.stringify({ series: [gauge('fine'), gauge(name)] });
    const { status, path } = await say('POST', `/v1/machines/${machine}/series`, body);
    assert.deepEqual([status, path], [400, 'series[1].name'], JSON.stringify(name));
  }
  assert.equal(test.store.dictionaries.count, 2);
});

test('a machine has 500 series and adds 50 an hour; the rest is counted, named, said once, and costs no memory', async (t) => {
  const { clock, test, say, machine, limited } = await served(t);
  const ask = async (names: string[]) => {
    const body = JSON.stringify({ series: names.map((name) => gauge(name)) });
    return ((await say('POST', `/v1/machines/${machine}/series`, body)).json as number[]).filter(
      (at) => at >= 0,
    ).length;
  };
  const fresh = (round: number, count: number) => Array.from({ length: count }, (_, at) => `r${round}:${at}`);
  assert.equal(await ask(fresh(0, 120)), 50);
  for (let round = 1; round <= 40; round++) assert.equal(await ask(fresh(round, 500)), 0);
  const { dictionaries } = test.store;
  assert.deepEqual([dictionaries.count, dictionaries.known], [52, 52]);
  await clock.advance(hourMs);
  assert.equal(await ask(fresh(0, 120)), 50 + 50, 'also those that had no room an hour ago');
  for (let hour = 2; hour < 12; hour++) {
    await clock.advance(hourMs);
    await ask(fresh(hour, 60));
  }
  assert.equal(dictionaries.of(machine).length, 500);
  const codes = (await limited(2)).map(({ code }) => code).sort();
  assert.deepEqual(codes, ['MACHINE_SERIES', 'NEW_SERIES']);
  assert.equal((await test.store.health()).refusedBy.NEW_SERIES! > 20_000, true);
});

test('the box has a limit of series and of machines; who is beyond it is told, the others go on', async (t) => {
  const { test, say, append, limited } = await served(t, { most_series: 4, most_machines: 2 });
  const key = (digit: string) => ({ key: digit.repeat(64), name: 'pc', by: 'Anna', local: false });
  const second = await say('POST', '/v1/machines', JSON.stringify(key('b')));
  const { machine } = second.json as { machine: number };
  assert.equal((await say('POST', '/v1/machines', JSON.stringify(key('c')))).code, 'TOO_MANY');
  const body = JSON.stringify({ series: ['x', 'y', 'z'].map((name) => gauge(name)) });
  assert.deepEqual((await say('POST', `/v1/machines/${machine}/series`, body)).json, [0, 1, -1]);
  assert.deepEqual(
    (await limited(1)).map(({ code, names }) => [code, names]),
    [['BOX_SERIES', 'z']],
  );
  assert.equal((await append({ ticks: ticks(0, 1, () => [1, 1]) })).status, 200);
  assert.equal(test.store.registry.count, 2);
});

test('deep JSON, unknown routes, inverted and endless ranges get a code', async (t) => {
  const { say, machine } = await served(t);
  const deep = `{"value":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  const put = await say('PUT', '/v1/settings/a', deep);
  assert.deepEqual([put.status, put.code, put.path], [400, 'BAD_REQUEST', 'value']);
  const note = { kind: 'a.b', who: '', role: '', from: '', text: { en: '', fr: '' }, details: {} };
  const noted = JSON.stringify(note).replace(
    '"details":{}',
    `"details":{"a":${'['.repeat(90_000)}${']'.repeat(90_000)}}`,
  );
  assert.equal((await say('POST', '/v1/journal', noted)).status, 400);
  assert.equal((await say('PUT', '/v1/settings/a', '{"value":1,"__proto__":{"x":1}}')).status, 204);
  assert.equal((await say('GET', '/v1/nothing')).status, 404);
  assert.equal((await say('DELETE', '/v1/health')).status >= 400, true);
  const range = (from: number, to: number, points: number) =>
    say('GET', `/v1/machines/${machine}/range?series=g&from=${from}&to=${to}&points=${points}`);
  const inverted = await range(5, 4, 10);
  assert.deepEqual([inverted.status, inverted.path], [400, 'to']);
  const journal = await say('GET', '/v1/journal?fromMs=9&toMs=1');
  assert.deepEqual([journal.status, journal.path], [400, 'toMs']);
  const clipped = (await range(0, 315_360_000_000, 315_360_000)).json as { count: number; stepMs: number };
  assert.equal(clipped.count <= 4001 && clipped.stepMs > 60_000, true, 'the answer says which step it has');
});
