import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { createLocalClient } from '../../appliance/runtime/socket/client.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { type Program, repository, startProgram } from '../helpers/programs.ts';

type Demo = { home: string; program: Program; ready(): Promise<unknown> };

function demo(t: TestContext, o: { args?: string[]; toml?: string; home?: string; run?: string } = {}): Demo {
  const home = o.home ?? temporaryFolder(t);
  if (o.toml !== undefined) {
    mkdirSync(join(home, 'config'), { recursive: true });
    writeFileSync(join(home, 'config/demo.toml'), o.toml);
  }
  const env = { NETMONITOR_HOME: home, ...(o.run === undefined ? {} : { NETMONITOR_RUN: o.run }) };
  const program = startProgram({ main: 'tests/runtime/demo-daemon.ts', args: o.args ?? [], env });
  t.after(() => program.end('SIGKILL'));
  const ready = () =>
    eventually('ready', async () => {
      const over = await Promise.race([program.ended, systemClock.sleep(1)]);
      if (typeof over === 'number' || typeof over === 'string')
        assert.fail(`it ended with ${over}: ${program.said()}`);
      return program.said().includes('msg="ready"');
    });
  return { home, program, ready };
}

/** The message of a process that gave up: exactly one line that is not of the log. */
function complaintOf(program: Program): string {
  const lines = program
    .said()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('level='));
  assert.equal(lines.length, 1, program.said());
  return lines[0] ?? '';
}

test('lives: folders, socket, ready; at SIGTERM it stops in reverse and exits with 0', async (t) => {
  const { home, program, ready } = demo(t);
  await ready();
  const client = createLocalClient({ path: join(home, 'run/demo.sock') });
  assert.equal(await client.get('/v1/hello'), 'hello');
  client.close();
  assert.equal(statSync(join(home, 'state/demo')).mode & 0o777, 0o700);
  assert.equal(await program.end('SIGTERM'), 0);
  const said = program.said();
  assert.match(
    said,
    /msg="starting" .*version=\d+\.\d+\.\d+ .*start_delay=0s way=none port=0 log_level=info/,
  );
  assert.match(
    said,
    /msg="stopping" why="stopped by SIGTERM"\n.*slow stopped.*\n.*door stopped.*\n.*msg="stopped"\n$/,
  );
  assert.equal(existsSync(join(home, 'run/demo.sock')), false);
});

test('SIGTERM during a slow start ends it soon, and what was started is stopped', async (t) => {
  const { home, program } = demo(t, { args: ['--start-delay', '1h'] });
  await eventually('its socket is there', () => existsSync(join(home, 'run/demo.sock')));
  assert.equal(await program.end('SIGTERM'), 0);
  assert.match(program.said(), /door stopped/);
  assert.doesNotMatch(program.said(), /slow stopped|msg="ready"/);
});

for (const [way, message] of [
  ['throw', 'thrown in the background'],
  ['reject', 'rejected in the background'],
  ['fail', 'told in the background'],
] as const) {
  test(`a background failure (${way}) stops every part, says why, and exits with 1`, async (t) => {
    const { program } = demo(t, { args: ['--way', way] });
    assert.equal(await program.ended, 1);
    assert.match(program.said(), /msg="failed: stopping" .*demo-daemon\.ts/);
    assert.match(program.said(), /slow stopped.*\n.*door stopped/);
    assert.equal(complaintOf(program), `netmonitor-demo: ${message}`);
  });
}

for (const way of ['none', 'raw-port']) {
  test(`a taken port is one line and exit code 78 (${way})`, async (t) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    t.after(() => taken.close());
    const address = taken.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { program } = demo(t, { args: ['--port', port, '--way', way] });
    assert.equal(await program.ended, 78);
    assert.match(
      complaintOf(program),
      new RegExp(`^netmonitor-demo: port ${port}.* is taken by another process: stop it`),
    );
  });
}

test('a second one on the same home is one line and exit code 78, and the first goes on', async (t) => {
  const first = demo(t);
  await first.ready();
  const second = demo(t, { home: first.home });
  assert.equal(await second.program.ended, 78);
  assert.match(complaintOf(second.program), /another process answers on .*demo\.sock/);
  const client = createLocalClient({ path: join(first.home, 'run/demo.sock') });
  t.after(() => client.close());
  assert.equal(await client.get('/v1/hello'), 'hello');
});

test('after SIGKILL the next start takes over the socket', async (t) => {
  const first = demo(t);
  await first.ready();
  await first.program.end('SIGKILL');
  assert.ok(existsSync(join(first.home, 'run/demo.sock')));
  await demo(t, { home: first.home }).ready();
});

test('a state folder that cannot be written is one line and exit code 78', async (t) => {
  const home = join(temporaryFolder(t), 'file');
  writeFileSync(home, 'not a folder');
  const { program } = demo(t, { home });
  assert.equal(await program.ended, 78);
  assert.match(complaintOf(program), /cannot write in the folder .*state\/demo .*NETMONITOR_HOME/);
  assert.equal(readFileSync(home, 'utf8'), 'not a folder');
});

test('a wrong configuration is one line with the nearest key and exit code 78, and nothing is made', async (t) => {
  const { home, program } = demo(t, { toml: 'start_dela = "1s"\n' });
  assert.equal(await program.ended, 78);
  assert.match(complaintOf(program), /demo\.toml: unknown key "start_dela"; did you mean start_delay\?$/);
  assert.equal(existsSync(join(home, 'state')), false);
});

test('a home whose path is 150 characters deep works with its sockets elsewhere', async (t) => {
  const folder = temporaryFolder(t);
  const home = join(folder, 'd'.repeat(70), 'e'.repeat(70), 'home');
  mkdirSync(join(home, 'state'), { recursive: true });
  writeFileSync(join(home, 'state/run'), `${folder}/s\n`);
  const { program, ready } = demo(t, { home });
  await ready();
  assert.ok(existsSync(join(folder, 's/demo.sock')));
  assert.equal(await program.end(), 0);
});

test('a home whose path is too deep for a socket is one line that says what to set', async (t) => {
  const { program } = demo(t, { home: join(temporaryFolder(t), 'd'.repeat(120)) });
  assert.equal(await program.ended, 78);
  assert.match(complaintOf(program), /set NETMONITOR_RUN to a folder with a shorter name/);
});

test('a reader of its output that goes away does not end it', async (t) => {
  const home = temporaryFolder(t);
  const child = spawn(
    process.execPath,
    ['tests/runtime/demo-daemon.ts', '--log-level=debug', '--start-delay=300ms'],
    {
      cwd: repository,
      env: { NETMONITOR_HOME: home },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  t.after(() => child.kill('SIGKILL'));
  const code = new Promise((resolve) => child.on('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdout.destroy();
  const client = createLocalClient({ path: join(home, 'run/demo.sock') });
  t.after(() => client.close());
  await eventually('it answers', () => client.get('/v1/hello'));
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.equal(await client.get('/v1/hello'), 'hello');
  child.kill('SIGTERM');
  assert.equal(await code, 0);
});

test('to journald, each line has its priority', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'out');
  const out = openSync(file, 'w');
  const { dev, ino } = fstatSync(out);
  const child = spawn(process.execPath, ['tests/runtime/demo-daemon.ts'], {
    cwd: repository,
    env: { NETMONITOR_HOME: home, JOURNAL_STREAM: `${dev}:${ino}` },
    stdio: ['ignore', out, 'inherit'],
  });
  closeSync(out);
  const code = new Promise((resolve) => child.on('exit', resolve));
  await eventually('ready', () => readFileSync(file, 'utf8').includes('ready'));
  child.kill('SIGTERM');
  assert.equal(await code, 0);
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) assert.match(line, /^<6>level=info /);
});
