/** The scripts of the packages, as far as they can be looked at without installing anything. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../helpers/programs.ts';

const folder = join(repository, 'agent/install');
const scripts = globSync('**/*', { cwd: folder, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => /^#!\/(bin\/sh|sbin\/openrc-run)\n/.test(readFileSync(path, 'utf8')));

test('every script is one that a plain shell understands', () => {
  assert.ok(scripts.length >= 9, scripts.join('\n'));
  for (const script of scripts) {
    const { status, stderr } = spawnSync('sh', ['-n', script]);
    assert.equal(status, 0, `${script}: ${stderr}`);
  }
});

test('a script that comes only in part runs nothing', () => {
  const text = readFileSync(join(folder, 'get/install.sh'), 'utf8');
  const lines = text.trimEnd().split('\n');
  assert.equal(lines.at(-1), 'main "$@"');
  for (let end = 10; end < lines.length; end += 7) {
    const { stdout, stderr } = spawnSync('sh', ['-s', '--'], { input: lines.slice(0, end).join('\n') });
    assert.doesNotMatch(`${stdout}${stderr}`, /Fetching|root|Téléch/, `after ${end} lines`);
  }
});

test('whoever is not root is told so, and what the box has no package for', () => {
  const text = readFileSync(join(folder, 'get/install.sh'), 'utf8').replace('@PACKAGES@', '');
  const told = (id: number, language: string) =>
    spawnSync('sh', ['-s'], {
      // A shell function stands before the program of the same name.
      input: `id() { echo ${id}; }\n${text}`,
      env: { PATH: '/usr/bin:/bin', LANG: language },
    }).stderr.toString();
  assert.match(told(1000, 'C'), /sudo/);
  assert.match(told(1000, 'fr_FR.UTF-8'), /Il faut être root/);
  assert.match(told(0, 'C'), /The box has no agent for this system: Linux/);
});
