import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreWriter } from '../../appliance/ingest/store-writer.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { FakeClock } from '../helpers/clock.ts';

function setup() {
  const clock = new FakeClock();
  const lines: string[] = [];
  const writer = new StoreWriter({
    clock,
    log: createLog({ name: 'x', level: 'debug', write: (line) => lines.push(line) }),
  });
  const done: string[] = [];
  const world = { away: false };
  const write = (what: string) => async () => {
    await new Promise((resolve) => setImmediate(resolve));
    if (world.away) throw new Failure('UNAVAILABLE', 'away');
    done.push(what);
  };
  return { clock, writer, done, world, write, lines };
}

test('a lane stays in order, and only the last state of those that wait is written', async () => {
  const { clock, writer, done, world, write } = setup();
  world.away = true;
  writer.put('m', { replaces: 'state', run: write('up') });
  await clock.advance(10);
  for (const state of ['silent', 'vanished']) {
    writer.put('m', { replaces: 'state', run: write(state) });
    writer.put('m', { run: write(`note ${state}`) });
  }
  await clock.advance(5_000);
  assert.deepEqual(done, []);
  world.away = false;
  await clock.advance(5_000);
  for (let turn = 0; turn < 10; turn++) await clock.advance(0);
  assert.deepEqual(
    done.filter((one) => one !== 'up'),
    ['note silent', 'vanished', 'note vanished'],
  );
  assert.equal(writer.waiting, 0);
  assert.equal(clock.timers, 0);
});

test('what the store refuses for good is told and dropped, what belongs to a removed machine only dropped', async () => {
  const { clock, writer, done, write, lines } = setup();
  const refuse = (code: 'BAD_REQUEST' | 'NOT_FOUND') => () =>
    Promise.reject(new Failure(code, `no: ${code}`));
  writer.put('m', { run: refuse('BAD_REQUEST') });
  writer.put('m', { run: refuse('NOT_FOUND') });
  writer.put('m', { run: write('next') });
  for (let turn = 0; turn < 10; turn++) await clock.advance(0);
  assert.deepEqual(done, ['next']);
  assert.equal(lines.filter((line) => line.includes('level=error')).length, 1);
});

test('a lane is bounded, and a forgotten one is empty', async () => {
  const { clock, writer, done, world, write } = setup();
  world.away = true;
  for (let count = 0; count < 200; count++) writer.put('m', { run: write(String(count)) });
  writer.put('gone', { run: write('gone') });
  await clock.advance(10);
  assert.equal(writer.waiting, 65);
  writer.forget('gone');
  world.away = false;
  for (let turn = 0; turn < 200; turn++) await clock.advance(100);
  assert.equal(done.at(-1), '199');
  assert.equal(done.includes('gone'), false);
  await writer.stop();
});
