import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { watchDoor } from '../../agent/door-watch.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { finishReset } from '../../appliance/runtime/reset.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';

test('the agent of the box forgets once when the door file says that the box was put back', async (t) => {
  const folder = temporaryFolder(t);
  const stateDir = join(folder, 'agent');
  mkdirSync(stateDir);
  const doorFile = join(folder, 'door.json');
  const says = (more: object) => {
    const door = {
      addresses: ['127.0.0.1'],
      port: 7411,
      hash: 'a'.repeat(64),
      name: 'netmonitor-abcd',
      ...more,
    };
    writeFileSync(doorFile, JSON.stringify(door), { mode: 0o644 });
  };
  const clock = new FakeClock();
  const ends: unknown[] = [];
  const lines: string[] = [];
  const log = createLog({ name: 'agent', level: 'debug', write: (line) => lines.push(line) });
  const watch = () =>
    watchDoor({ doorFile, stateDir, clock, intervalMs: 60_000, log, fail: (error) => ends.push(error) });

  const first = watch();
  await first.start(new AbortController().signal);
  for (const more of [{}, { reset: null }]) {
    says(more);
    await clock.advance(10_000);
  }
  assert.deepEqual([await finishReset(stateDir), ends], [null, []]);
  says({ reset: 'a1' });
  await clock.advance(10_000);
  await eventually('the agent ends', () => ends.length > 0);
  await first.stop();
  assert.equal(await finishReset(stateDir), 'a1');

  const told = ends.length;
  const second = watch();
  await second.start(new AbortController().signal);
  await clock.advance(20_000);
  await second.stop();
  assert.equal(await finishReset(stateDir), null);
  assert.equal(ends.length, told);
  assert.deepEqual(lines, []);
});

test('who measures often looks on that occasion, and wakes up for nothing', async (t) => {
  const folder = temporaryFolder(t);
  const stateDir = join(folder, 'agent');
  mkdirSync(stateDir);
  const doorFile = join(folder, 'door.json');
  const door = { addresses: ['127.0.0.1'], port: 7411, hash: 'a'.repeat(64), name: 'box', reset: 'a1' };
  writeFileSync(doorFile, JSON.stringify(door), { mode: 0o644 });
  const clock = new FakeClock();
  const ends: unknown[] = [];
  const log = createLog({ name: 'agent', level: 'error', write: () => undefined });
  const fail = (error: unknown) => ends.push(error);
  const watch = watchDoor({ doorFile, stateDir, clock, intervalMs: 5_000, log, fail });
  await watch.start(new AbortController().signal);
  assert.equal(clock.timers, 0);
  await clock.advance(5_000);
  watch.tend();
  assert.deepEqual(ends, []);
  await clock.advance(5_000);
  watch.tend();
  await eventually('the agent ends', () => ends.length > 0);
  await watch.stop();
});
