import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PNG } from 'pngjs';
import { type Clock, systemClock, type Timer } from '../../appliance/runtime/clock.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { type Running, startParts } from '../../appliance/runtime/parts.ts';
import { createLocalClient } from '../../appliance/runtime/socket/client.ts';
import { createDisplayClient, type DisplayClient } from '../../display/client/client.ts';
import { halfBlocks, unpackFrame } from '../../display/client/frame.ts';
import { type Controller, createController } from '../../display/controller.ts';
import { createSimulatedOutput, createSimulatedPanel } from '../../display/hardware/simulated.ts';
import { displayServer } from '../../display/server.ts';
import { Signals } from '../../display/signal.ts';
import { eventually } from '../helpers/eventually.ts';
import { createFakeIngest } from '../helpers/fake-ingest.ts';
import { waitingMachine } from '../helpers/screen-samples.ts';

const log = createLog({ name: 'test', level: 'error' });
/** No time passes between the edges of a press: on a busy machine it would become a hold. */
const clock: Clock = { ...systemClock, monotonicMs: () => 0 };
let runDir: string;
let running: Running;
let controller: Controller;
let signals: Signals;
let client: DisplayClient;

before(async () => {
  runDir = await mkdtemp(join(tmpdir(), 'nm-'));
  controller = createController({
    clock,
    log,
    language: 'en',
    ingest: createFakeIngest(waitingMachine()),
    resets: { begin: async () => undefined },
    watch: { acknowledge: () => Promise.reject(new Failure('UNAVAILABLE', 'away')) },
    web: { recover: () => Promise.reject(new Failure('CONFLICT', 'nobody')) },
    dimAfterMs: 60_000,
    sleepAfterMs: 600_000,
    alive: () => undefined,
  });
  controller.start(createSimulatedPanel());
  signals = new Signals({ clock });
  const server = displayServer({ runDir, controller, signals, log });
  running = await startParts([server], new AbortController().signal, { log });
  client = createDisplayClient({ runDir, as: 'console' });
});

after(async () => {
  client.close();
  controller.stop();
  await signals.stop();
  await running.stop();
  await rm(runDir, { recursive: true });
});

test('gives its picture as page bytes with the words on it', async () => {
  const frame = await client.frame();
  assert.equal(frame.screen, 'overview');
  assert.ok(frame.text.includes('Starting…'));
  assert.equal(halfBlocks(unpackFrame(frame)).join('').replaceAll(' ', '').length > 100, true);
});

test('gives its picture as a PNG of the asked size with the same pixels', async () => {
  const png = PNG.sync.read(Buffer.from(await client.png(2)));
  assert.deepEqual([png.width, png.height], [256, 128]);
  const { pages } = unpackFrame(await client.frame());
  for (const [x, y] of [
    [0, 8],
    [60, 8],
    [1, 16],
    [127, 63],
  ] as const) {
    const lit = (pages[(y >> 3) * 128 + x]! >> (y & 7)) % 2 === 1;
    assert.equal(png.data[(y * 2 * png.width + x * 2) * 4]! > 128, lit, `${x},${y}`);
  }
});

test('follows with a picture at once and one after each press', async () => {
  const screens: string[] = [];
  const arrived = new Map<string, () => void>();
  const saw = (screen: string) =>
    screens.includes(screen)
      ? Promise.resolve()
      : new Promise<void>((resolve) => arrived.set(screen, resolve));
  const following: Timer = client.changes({
    onChange({ screen }) {
      screens.push(screen);
      arrived.get(screen)?.();
    },
  });
  await saw('overview');
  await client.press('press');
  await saw('address');
  await client.press('double');
  following.stop();
  assert.deepEqual(screens.slice(0, 2), ['overview', 'address']);
});

test('the two edges of a button make the same gestures', async () => {
  await client.press('down');
  await client.press('up');
  await new Promise<void>((resolve) => {
    const following = client.changes({
      onChange({ screen }) {
        if (screen !== 'address') return;
        following.stop();
        resolve();
      },
    });
  });
  await client.press('double');
});

test('refuses a gesture and a scale that do not exist, with code and path', async () => {
  const raw = createLocalClient({ path: join(runDir, 'display-console/sock') });
  for (const body of [{ kind: 'smash' }, {}, null, 'press', { kind: 7 }])
    await assert.rejects(raw.post('/v1/press', body), { code: 'BAD_REQUEST', path: 'kind' });
  for (const scale of ['0', '17', '1.5', 'x', '-1'])
    await assert.rejects(raw.getBytes('/v1/frame.png', { query: { scale } }), {
      code: 'BAD_REQUEST',
      path: 'scale',
    });
  raw.close();
});

test('the page gets neither the long hold nor the edges it is made of, nor what only who stands here may read', async () => {
  const page = createLocalClient({ path: join(runDir, 'display-web/sock') });
  for (const kind of ['down', 'up', 'recovery'])
    await assert.rejects(page.post('/v1/press', { kind }), { code: 'BAD_REQUEST', path: 'kind' });
  await assert.rejects(page.post('/v1/press', { kind: 'hold' }), { code: 'BAD_REQUEST', path: 'by' });
  controller.apply({
    kind: 'address',
    address: {
      ...{ urls: [], fingerprint: '', certificateFingerprint: '' },
      code: null,
      recovery: '7QK-4MD',
    },
  });
  const terminal = createLocalClient({ path: join(runDir, 'display-console/sock') });
  const textOf = async (from: typeof page) =>
    ((await from.get('/v1/frame', { query: { secrets: 'shown' } })) as { text: string[] }).text.join(' ');
  await eventually('the code is on the glass', async () => (await textOf(terminal)).includes('7QK-4MD'));
  assert.doesNotMatch(await textOf(page), /7QK/);
  const [shown, hidden] = await Promise.all(
    [terminal, page].map((from) => from.getBytes('/v1/frame.png', { query: { secrets: 'shown' } })),
  );
  assert.notDeepEqual(shown, hidden);
  for (const one of [page, terminal]) one.close();
});

test('the watch alone has the light and the buzzer, and everybody who looks sees whether they are on', async () => {
  const watch = createDisplayClient({ runDir, as: 'watch' });
  await assert.rejects(client.setSignal({ light: true, buzzer: false }), { code: 'FORBIDDEN' });
  await assert.rejects(watch.frame(), { code: 'FORBIDDEN' });
  await assert.rejects(watch.press('press'), { code: 'FORBIDDEN' });
  // Beside a panel without pins nobody would see it.
  await assert.rejects(watch.setSignal({ light: true, buzzer: false }), { code: 'CONFLICT' });
  await watch.setSignal({ light: false, buzzer: false });
  signals.start({ light: createSimulatedOutput(), buzzer: createSimulatedOutput() });
  let seen: unknown;
  let arrived: () => void = () => undefined;
  const isLit = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const following = client.changes({
    onChange({ signal }) {
      seen = signal;
      if (signal?.light === true) arrived();
    },
  });
  await watch.setSignal({ light: true, buzzer: false });
  await isLit;
  following.stop();
  assert.deepEqual([seen, (await client.frame()).signal], Array(2).fill({ light: true, buzzer: false }));
  const raw = createLocalClient({ path: join(runDir, 'display-watch/sock') });
  await assert.rejects(raw.put('/v1/signal', { light: 1, buzzer: false }), { code: 'BAD_REQUEST' });
  await assert.rejects(raw.post('/v1/signal/try', { output: 'siren' }), {
    code: 'BAD_REQUEST',
    path: 'output',
  });
  for (const one of [watch, raw]) one.close();
});
