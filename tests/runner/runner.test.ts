import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { childEnvironment } from '../../appliance/runtime/environment.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { repository } from '../helpers/programs.ts';
import { planProcesses } from './together.ts';

const head = `import { test } from 'node:test';\n`;

function write(folder: string, files: Record<string, string>): string[] {
  mkdirSync(folder, { recursive: true });
  return Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
}

test('who may start a process, however far from the test file, or touches its own, is alone', (t) => {
  const folder = join(temporaryFolder(t), 'tests');
  write(folder, {
    'starts.ts': `export { spawn } from 'node:child_process';\n`,
    'types.ts': `import type { ChildProcess } from 'node:child_process';\nexport const none: ChildProcess[] = [];\n`,
  });
  const files = write(folder, {
    'a.test.ts': `import { spawn } from './starts.ts';\n`,
    'b.test.ts': `import { none } from './types.ts';\n`,
    'c.test.ts': `const { spawn } = await import('./starts.ts');\n`,
    'd.test.ts': `process.chdir('/');\n`,
    'e.test.ts': `import assert from 'node:assert/strict';\n`,
  });
  const [a, b, c, d, e] = files;
  assert.deepEqual(planProcesses(files), { apart: [a, c, d], together: [[b, e]] });
});

test('a process that several files share and that is lost is a failure of the file that it was at', (t) => {
  const folder = join(temporaryFolder(t), 'tests');
  write(folder, {
    'a.test.ts': `${head}test('works', () => {});\n`,
    'b.test.ts': `${head}test('breaks', () => {\n  throw new Error('no');\n});\n`,
    'c.test.ts': `${head}const own = process;\ntest('is lost', () => own.kill(own.pid, 'SIGKILL'));\n`,
    'd.test.ts': `${head}test('comes later', () => {});\n`,
  });
  const env = childEnvironment({ NODE_TEST_CONTEXT: undefined });
  const runner = join(repository, 'tests/run.ts');
  const { status, stdout } = spawnSync(process.execPath, [runner, folder], { env, encoding: 'utf8' });
  assert.equal(status, 1);
  const list = stdout.split('\nFailed:\n')[1]?.split('\n\n')[0] ?? '';
  const named = (file: string) =>
    list.split('\n').find((line) => line.includes(`/tests/${file}.test.ts:`)) ?? '';
  assert.match(named('c'), /its process was ended here$/);
  assert.match(named('d'), /not known: its process was ended in .*c\.test\.ts$/);
  // What it had to say may have gone with the process, but not that there was something.
  assert.match(named('b'), /breaks$|not known/);
});
