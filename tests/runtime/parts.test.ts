import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import { type Part, startParts, superviseParts } from '../../appliance/runtime/parts.ts';
import { FakeClock } from '../helpers/clock.ts';

type Ways = { start?: (signal: AbortSignal) => Promise<void>; stop?: () => Promise<void> };

function stage() {
  const events: string[] = [];
  const lines: string[] = [];
  const clock = new FakeClock();
  const log = createLog({ name: 'demo', level: 'debug', write: (line) => lines.push(line) });
  const part = (name: string, ways: Ways = {}): Part => ({
    name,
    async start(signal) {
      events.push(`start ${name}`);
      await ways.start?.(signal);
    },
    async stop() {
      events.push(`stop ${name}`);
      await ways.stop?.();
    },
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { events, lines, clock, part, turn, supervision: { log, clock } };
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

test('starts in order, says ready, stops in reverse when asked', async () => {
  const { events, part, turn, supervision, clock } = stage();
  const asked = new AbortController();
  const life = superviseParts([part('a'), part('b'), part('c')], asked.signal, {
    ...supervision,
    onStarted: () => events.push('ready'),
    onStopping: () => events.push('stopping'),
  });
  await turn();
  assert.deepEqual(events, ['start a', 'start b', 'start c', 'ready']);
  asked.abort();
  await life;
  assert.deepEqual(events.slice(4), ['stopping', 'stop c', 'stop b', 'stop a']);
  assert.equal(clock.timers, 0);
});

test('a start that fails stops what runs, in reverse, and is the error', async () => {
  const { events, part, supervision } = stage();
  const failure = new Error('no disk');
  const parts = [part('a'), part('b'), part('c', { start: () => Promise.reject(failure) }), part('d')];
  await assert.rejects(superviseParts(parts, new AbortController().signal, supervision), failure);
  assert.deepEqual(events, ['start a', 'start b', 'start c', 'stop b', 'stop a']);
});

test('a slow start is aborted by the signal, and that is no error', async () => {
  const { events, part, turn, supervision, clock } = stage();
  const asked = new AbortController();
  const ready: string[] = [];
  const parts = [part('a'), part('slow', { start: untilAborted }), part('never')];
  const life = superviseParts(parts, asked.signal, { ...supervision, onStarted: () => ready.push('ready') });
  await turn();
  asked.abort();
  await life;
  assert.deepEqual(events, ['start a', 'start slow', 'stop a']);
  assert.deepEqual(ready, []);
  assert.equal(clock.timers, 0);
});

test('a slow start that does not listen is still stopped when it comes', async () => {
  const { events, part, turn, supervision, clock } = stage();
  const asked = new AbortController();
  const deaf = part('deaf', { start: () => clock.sleep(3000) });
  const life = superviseParts([part('a'), deaf, part('never')], asked.signal, supervision);
  await turn();
  asked.abort();
  await clock.advance(3000);
  await life;
  assert.deepEqual(events, ['start a', 'start deaf', 'stop deaf', 'stop a']);
});

test('a start that never comes is left behind after 8 s', async () => {
  const { events, part, turn, supervision, clock } = stage();
  const asked = new AbortController();
  const life = superviseParts(
    [part('a'), part('stuck', { start: () => new Promise(() => undefined) })],
    asked.signal,
    supervision,
  );
  await turn();
  asked.abort();
  await clock.advance(7999);
  assert.deepEqual(events, ['start a', 'start stuck']);
  await clock.advance(1);
  await life;
  assert.deepEqual(events, ['start a', 'start stuck', 'stop a']);
});

test('a stop that fails or throws is logged, and the others are stopped all the same', async () => {
  const { events, lines, part, supervision } = stage();
  const thrower: Part = {
    name: 'thrower',
    start: () => Promise.resolve(),
    stop() {
      throw new Error('not even a promise');
    },
  };
  const parts = [part('a'), thrower, part('b', { stop: () => Promise.reject(new Error('busy')) })];
  const running = await startParts(parts, new AbortController().signal, supervision);
  await running.stop();
  assert.deepEqual(events.slice(2), ['stop b', 'stop a']);
  assert.match(lines.join('\n'), /level=error .*part=b error="?busy/);
  assert.match(lines.join('\n'), /part=thrower error="not even a promise"/);
});

test('a stop that hangs has 8 s, and all together have 9 s', async () => {
  const { events, lines, part, supervision, clock, turn } = stage();
  const hang = { stop: () => new Promise<void>(() => undefined) };
  const parts = [part('a'), part('b', hang), part('c', hang)];
  const running = await startParts(parts, new AbortController().signal, supervision);
  let over = false;
  const stopped = running.stop().then(() => {
    over = true;
  });
  await turn();
  await clock.advance(8999);
  assert.deepEqual(events.slice(3), ['stop c', 'stop b']);
  assert.equal(over, false);
  await clock.advance(1);
  await stopped;
  assert.deepEqual(events.slice(3), ['stop c', 'stop b', 'stop a']);
  assert.equal(lines.filter((line) => line.includes('left behind')).length, 2);
});

test('stop has an effect once', async () => {
  const { events, part, supervision } = stage();
  const running = await startParts([part('a')], new AbortController().signal, supervision);
  await Promise.all([running.stop(), running.stop()]);
  assert.deepEqual(events, ['start a', 'stop a']);
});

test('a signal that was aborted before starts nothing', async () => {
  const { events, part, supervision } = stage();
  await superviseParts([part('a')], AbortSignal.abort(), supervision);
  assert.deepEqual(events, []);
});
