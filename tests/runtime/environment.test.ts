import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childEnvironment } from '../../appliance/runtime/environment.ts';
import { startProgram } from '../helpers/programs.ts';

async function seenWith(env: Record<string, string>, ...args: string[]): Promise<Record<string, unknown>> {
  const program = startProgram({ main: 'tests/runtime/print-environment.ts', args, env });
  assert.equal(await program.ended, 0, program.said());
  return JSON.parse(program.said()) as Record<string, unknown>;
}

test('only what is set is there', async () => {
  assert.deepEqual(await seenWith({ NETMONITOR_HOME: '', LANG: '' }), { journald: false, argv: [] });
});

test('what systemd and the launcher set is read', async () => {
  const seen = await seenWith(
    {
      NETMONITOR_HOME: '/h',
      NETMONITOR_RUN: '/r',
      NOTIFY_SOCKET: '/n',
      WATCHDOG_USEC: '30000000',
      STATE_DIRECTORY: '/var/lib/a:/var/lib/b',
      RUNTIME_DIRECTORY: '/run/a',
      LANG: 'fr_FR.UTF-8',
      LC_ALL: '',
      JOURNAL_STREAM: '8:12345',
    },
    '--port',
    '1',
  );
  assert.deepEqual(seen, {
    home: '/h',
    runDir: '/r',
    notifySocket: '/n',
    watchdogUsec: 30_000_000,
    stateDirectory: '/var/lib/a',
    runtimeDirectory: '/run/a',
    locale: 'fr_FR.UTF-8',
    journald: false,
    argv: ['--port', '1'],
  });
});

test("another process's watchdog is not ours", async () => {
  assert.equal((await seenWith({ WATCHDOG_USEC: '5000000', WATCHDOG_PID: '1' })).watchdogUsec, undefined);
  assert.equal((await seenWith({ WATCHDOG_USEC: 'soon' })).watchdogUsec, undefined);
});

test('a child has our environment with the changes', () => {
  const child = childEnvironment({ NM_TEST_A: '1', PATH: undefined });
  assert.equal(child.NM_TEST_A, '1');
  assert.equal('PATH' in child, false);
  assert.equal(child.HOME, process.env.HOME);
});
