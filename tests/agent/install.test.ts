import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../helpers/folder.ts';
import { repository } from '../helpers/programs.ts';

/** What the script of the system calls, with a command that fails. */
function calls(t: TestContext, ...args: string[]): { said: string; code: number | null } {
  const folder = temporaryFolder(t);
  const [command, file] = [join(folder, 'netmonitor-agent'), join(folder, 'said')];
  writeFileSync(command, `#!/bin/sh\necho "$@" >> ${file}\nexit 1\n`);
  chmodSync(command, 0o755);
  const script = join(repository, 'agent/install/linux/system-sleep');
  const { status } = spawnSync(script, args, { env: { PATH: `${folder}:/usr/bin:/bin` } });
  return { said: existsSync(file) ? readFileSync(file, 'utf8').trim() : '', code: status };
}

test('before a sleep the box is told, after it nothing has to be, and nothing holds the system up', (t) => {
  assert.deepEqual(calls(t, 'pre', 'suspend'), { said: 'goodbye sleep', code: 0 });
  assert.deepEqual(calls(t, 'post', 'suspend'), { said: '', code: 0 });
});
