/** What the agent starts ends with it, however it ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gatherInChild } from '../../agent/facts.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { repository, startProgram } from '../helpers/programs.ts';

/** A program that hangs, and so does what it has started; their numbers, once both run. */
function hanging(t: TestContext): { folder: string; pids(): Promise<number[]> } {
  const home = temporaryFolder(t);
  const folder = join(home, 'programs');
  mkdirSync(folder, { mode: 0o755 });
  const noted = join(home, 'pids');
  const text = `#!/bin/sh\nsleep 1000 &\necho $$ $! >${noted}.new\nmv ${noted}.new ${noted}\nwait\n`;
  writeFileSync(join(folder, 'hang.sh'), text);
  chmodSync(join(folder, 'hang.sh'), 0o755);
  const pids = () =>
    eventually(
      'it hangs',
      () => existsSync(noted) && readFileSync(noted, 'utf8').trim().split(' ').map(Number),
    );
  return { folder, pids };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended and that nobody has asked about is still there by its number.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const gone = (pids: readonly number[]) => eventually('nothing is left', () => !pids.some(isAlive));

for (const signal of ['SIGTERM', 'SIGKILL'] as const)
  test(`a program of the owner ends with an agent that is ended by ${signal}`, async (t) => {
    const { folder, pids } = hanging(t);
    const home = temporaryFolder(t);
    const agent = startProgram({
      main: 'agent/main.ts',
      args: ['--no-discover', '--custom-dir', folder, '--custom-deadline', '60s'],
      env: { NETMONITOR_HOME: home, NETMONITOR_RUN: join(home, 'run') },
    });
    const started = await pids();
    assert.ok(started.every(isAlive));
    assert.equal(await agent.end(signal), signal === 'SIGTERM' ? 0 : 'SIGKILL');
    await gone(started);
  });

test('whoever gathers facts is ended when nobody waits for them any more', async (t) => {
  const { folder, pids } = hanging(t);
  const program = join(folder, 'facts.mjs');
  const hang = `process.getBuiltinModule('node:child_process').spawn(${JSON.stringify(join(folder, 'hang.sh'))});`;
  writeFileSync(program, hang);
  const stop = new AbortController();
  const gathering = gatherInChild(program, stop.signal);
  const started = await pids();
  stop.abort();
  await assert.rejects(gathering, /stopped/);
  await gone(started);
});

test('whoever gathers facts ends by itself when the agent is gone', async (t) => {
  const { folder, pids } = hanging(t);
  const program = join(folder, 'facts.mjs');
  const [tree, hang] = [join(repository, 'agent/end-tree.ts'), join(folder, 'hang.sh')].map((path) =>
    JSON.stringify(path),
  );
  writeFileSync(
    program,
    `import { endWithParent } from ${tree};\nendWithParent();\nprocess.getBuiltinModule('node:child_process').spawn(${hang});`,
  );
  // As the agent starts it, by somebody who is gone then.
  const child = spawn(process.execPath, [program, 'facts'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', (code, by) => resolve(by ?? code)));
  const started = await pids();
  child.stdin?.destroy();
  assert.equal(await ended, 'SIGKILL');
  await gone(started);
});
