import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Programs } from '../../agent/programs.ts';
import { type RunProgram, runProgram } from '../../agent/run-program.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';

let folder: string;
let lines: string[];
let clock: FakeClock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nm-programs-'));
  lines = [];
  clock = new FakeClock();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, body: string, mode = 0o755): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${body}\n`);
  await chmod(join(folder, name), mode);
}

function programsWith(run: RunProgram = runProgram, deadlineMs = 5_000): Programs {
  const log = createLog({ name: 'agent', level: 'info', write: (line) => lines.push(line) });
  return new Programs({ folder, intervalMs: 60_000, deadlineMs, run, clock, log });
}

/** The texts after so many programs have ended. */
async function once(programs: Programs, done: () => boolean): Promise<Record<string, string>> {
  await programs.start();
  await eventually('the round is over', async () => done());
  await programs.stop();
  return Object.fromEntries(programs.printed);
}

test('keeps what each program printed, and runs them again after the interval', async () => {
  await put('a.sh', 'echo "x $(wc -l < /proc/self/mountinfo >/dev/null; echo 1)"');
  await put('b', 'echo "path $PATH$HOME" | cut -c1-10');
  const programs = programsWith();
  await programs.start();
  await eventually('both have run', async () => programs.printed.size === 2);
  assert.deepEqual(Object.fromEntries(programs.printed), { 'a.sh': 'x 1\n', b: 'path /usr/\n' });
  await put('a.sh', 'echo "x 2"');
  await eventually('the next round', async () => {
    await clock.advance(60_000);
    return programs.printed.get('a.sh') === 'x 2\n';
  });
  await programs.stop();
});

test('a program that hangs is killed with all that it started, and the others go on', async () => {
  const pidFile = join(folder, '.pid');
  await put('a', `sleep 1000 & echo $! > ${pidFile}; echo "x 1"; wait`);
  await put('b', 'echo "y 1"');
  const programs = programsWith(runProgram, 300);
  assert.deepEqual(await once(programs, () => programs.printed.size > 0), { b: 'y 1\n' });
  assert.match(lines.join(''), /a failed.*had not ended after 300 ms/);
  const { readFile } = await import('node:fs/promises');
  const pid = Number(await readFile(pidFile, 'utf8'));
  await eventually('its child is gone', async () => !isAlive(pid));
});

for (const [what, body, said] of [
  ['ends badly', 'echo "x 1"; exit 3', /ended with 3/],
  ['prints without end', 'yes', /more than 65536 bytes/],
] as const) {
  test(`a program that ${what} has printed nothing`, async () => {
    await put('a', body);
    const programs = programsWith();
    assert.deepEqual(await once(programs, () => lines.length > 0), {});
    assert.match(lines.join(''), said);
  });
}

test('a file that cannot be run is a line in the log', async () => {
  await writeFile(join(folder, 'a'), '#!/no/such/interpreter\n', { mode: 0o755 });
  const programs = programsWith();
  assert.deepEqual(await once(programs, () => lines.length > 0), {});
  assert.match(lines.join(''), /a failed/);
});

test('a stop does not wait for a program that runs', async () => {
  await put('a', 'sleep 1000');
  const programs = programsWith(runProgram, 60_000);
  await programs.start();
  await programs.stop();
  assert.equal(programs.printed.size, 0);
});

test('runs nothing that another user could have put there, and no link', async () => {
  const ran: string[] = [];
  const run: RunProgram = async (path) => {
    ran.push(path.slice(folder.length + 1));
    return '';
  };
  await put('open', '', 0o777);
  await put('plain', '', 0o644);
  await put('good', '');
  await put('good.sh~', '');
  await symlink('/bin/true', join(folder, 'link'));
  const programs = programsWith(run);
  await once(programs, () => programs.printed.size > 0);
  assert.deepEqual(ran, ['good']);
  assert.equal(lines.length, 3);
});

test('runs nothing in a folder that others can write', async () => {
  await put('good', '');
  await chmod(folder, 0o777);
  const programs = programsWith();
  assert.deepEqual(await once(programs, () => lines.length > 0), {});
  assert.match(lines.join(''), /can be written by others/);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
