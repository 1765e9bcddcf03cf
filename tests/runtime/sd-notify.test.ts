import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../appliance/runtime/errors.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { createNotifier } from '../../appliance/runtime/sd-notify.ts';
import { FakeClock } from '../helpers/clock.ts';

function stage() {
  const lines: string[] = [];
  const sent: string[] = [];
  const opened: string[] = [];
  const clock = new FakeClock();
  const log = createLog({ name: 'demo', level: 'debug', write: (line) => lines.push(line) });
  let fail: (error: unknown) => void = () => undefined;
  const open = async (path: string, onError: (error: unknown) => void) => {
    opened.push(path);
    fail = onError;
    return { send: (message: string) => void sent.push(message), close: () => void sent.push('(closed)') };
  };
  const missing = () => Promise.reject(new Error('Cannot find package'));
  return { lines, sent, opened, clock, log, open, missing, fail: (error: unknown) => fail(error) };
}

test('without systemd nothing is loaded and nothing is sent', async () => {
  const { log, clock, open, opened, sent } = stage();
  const notifier = await createNotifier({ environment: { watchdogUsec: 1000 }, log, clock, open });
  notifier.ready();
  notifier.alive();
  notifier.stopping();
  notifier.close();
  assert.deepEqual([opened, sent], [[], []]);
});

test('says ready and stopping to the socket that systemd named', async () => {
  const { log, clock, open, opened, sent } = stage();
  const notifier = await createNotifier({ environment: { notifySocket: '/run/n' }, log, clock, open });
  notifier.ready();
  notifier.alive();
  notifier.stopping();
  notifier.close();
  assert.deepEqual(opened, ['/run/n']);
  assert.deepEqual(sent, ['READY=1', 'STOPPING=1', '(closed)']);
});

test('feeds the watchdog only when the work loop is alive, and at most four times its period', async () => {
  const { log, clock, open, sent } = stage();
  const environment = { notifySocket: '/run/n', watchdogUsec: 20_000_000 };
  const notifier = await createNotifier({ environment, log, clock, open });
  await clock.advance(60_000);
  assert.deepEqual(sent, [], 'no work, no sign of life');
  for (let n = 0; n < 200; n++) {
    notifier.alive();
    await clock.advance(100);
  }
  assert.deepEqual(sent, ['WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1']);
  assert.equal(clock.timers, 0);
});

test('a watchdog that cannot be fed is refused at once, in one clear line', async () => {
  const { log, clock, missing } = stage();
  const environment = { notifySocket: '/run/n', watchdogUsec: 20_000_000 };
  await assert.rejects(
    createNotifier({ environment, log, clock, open: missing }),
    (error) =>
      error instanceof Failure &&
      error.code === 'CONFIG_INVALID' &&
      /unix-dgram cannot be loaded \(Cannot find package\): install/.test(error.message),
  );
});

test('a notification socket that was only inherited is no reason not to start', async () => {
  const { log, clock, missing, lines } = stage();
  const notifier = await createNotifier({
    environment: { notifySocket: '/run/n' },
    log,
    clock,
    open: missing,
  });
  notifier.ready();
  assert.match(lines.join('\n'), /level=warn .*unix-dgram cannot be loaded/);
});

test('a datagram that is not delivered is noted, once a minute', async () => {
  const { log, clock, open, lines, fail } = stage();
  const notifier = await createNotifier({ environment: { notifySocket: '/run/n' }, log, clock, open });
  notifier.ready();
  fail(new Error('ECONNREFUSED'));
  fail(new Error('ECONNREFUSED'));
  assert.equal(lines.filter((line) => line.includes('did not hear us')).length, 1);
});
