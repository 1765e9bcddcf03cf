/** Rules of the repository that neither the compiler nor the linter knows. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { linesMatching, root, sources, textOf, trackedFiles } from './sources.ts';

/** One reads the environment for every process, one is its test, the others run before anything of ours can be loaded. */
const environmentReaders = [
  'appliance/runtime/environment.ts',
  'appliance/launch/bootstrap.mjs',
  'appliance/launch/npm.mjs',
  'tests/runtime/environment.test.ts',
];
const processes = [
  'agent/main.ts',
  'appliance/console/main.ts',
  'appliance/ingest/main.ts',
  'appliance/store/main.ts',
  'appliance/watch/main.ts',
  'appliance/web/main.ts',
  'display/main.ts',
];
const topFolders = ['.ci', 'agent', 'appliance', 'display', 'image', 'systemd', 'tests'];
const maxLines = 300;

const code = sources();
const ours = code.filter((path) => !path.startsWith('tests/'));

describe('the processes', () => {
  it('are the main.ts files, no more and no less', () => {
    assert.deepEqual(trackedFiles('*/main.ts'), processes);
  });

  it('live in the folders of the design and nowhere else', () => {
    const folders = new Set(
      trackedFiles()
        .filter((path) => path.includes('/'))
        .map((path) => path.split('/')[0]),
    );
    assert.deepEqual(
      [...folders].filter((folder) => !topFolders.includes(folder ?? '')),
      [],
    );
  });
});

describe('every source file', () => {
  it('has no default export', () => {
    assert.deepEqual(linesMatching(code, /^\s*export default\b|\bas default\s*[,}]/), []);
  });

  it('declares no enum and no namespace', () => {
    assert.deepEqual(linesMatching(code, /^\s*(export )?(declare )?(const )?(enum|namespace) [A-Za-z]/), []);
  });

  it('leaves the environment to the one file that reads it', () => {
    const others = code.filter(
      (path) => !environmentReaders.includes(path) && !path.startsWith('tests/architecture/'),
    );
    assert.deepEqual(linesMatching(others, /\bprocess\.env\b|\{[^}]*\benv\b[^}]*\} = process\b/), []);
  });

  it('keeps no mutable state at module level', () => {
    assert.deepEqual(linesMatching(ours, /^(export )?(let|var) /), []);
  });

  it('silences neither the checker nor an error', () => {
    const silent = /@ts-(ignore|nocheck|expect-error)|\bcatch\s*(\([^)]*\))?\s*\{\s*\}/;
    assert.deepEqual(linesMatching(without(code, 'tests/architecture/'), silent), []);
  });

  it('opens with a sentence that says what it is', () => {
    const bare = ours.filter((path) => !/^(#!.*\n)?\s*(\/\*\*?|\/\/)/.test(textOf(path)));
    assert.deepEqual(bare, []);
  });

  it(`has at most ${maxLines} lines, unless it is a table or generated`, () => {
    const long = code
      .filter((path) => !/\.(table|generated)\.ts$|\.d\.ts$/.test(path))
      .filter((path) => textOf(path).split('\n').length > maxLines + 1);
    assert.deepEqual(long, []);
  });
});

describe('every exported value', () => {
  it('is taken by another file, a test at least', () => {
    const filesWith = new Map<string, Set<string>>();
    for (const path of code)
      for (const word of textOf(path).match(/[A-Za-z_]\w*/g) ?? [])
        filesWith.set(word, (filesWith.get(word) ?? new Set()).add(path));
    const kept = ours.flatMap((path) =>
      [...textOf(path).matchAll(/^export (?:async )?(?:const|function\*?|class) (\w+)/gm)]
        .map((match) => match[1] ?? '')
        .filter((name) => (filesWith.get(name)?.size ?? 0) < 2)
        .map((name) => `${path}: ${name}`),
    );
    assert.deepEqual(kept, []);
  });
});

describe('the tests', () => {
  it('are neither skipped, nor unfinished, nor alone', () => {
    const tests = without(trackedFiles('tests/**/*.ts'), 'tests/architecture/');
    assert.deepEqual(linesMatching(tests, /\.(skip|only|todo)\(|\b(skip|only|todo): *true\b/), []);
  });

  it('mock no module', () => {
    assert.deepEqual(linesMatching(without(code, 'tests/architecture/'), /\bmock\.module\(/), []);
  });
});

describe('the repository', () => {
  it('has a lockfile without download addresses', () => {
    assert.deepEqual(linesMatching(['package-lock.json'], /"resolved":/), []);
  });

  it('names no path of the machine that it was written on', () => {
    const checkout = root.replace(/\/$/, '');
    const everywhere = trackedFiles().filter((path) => !/\.(png|bin|ldb|woff2|gz|br)$/.test(path));
    const holders = everywhere.filter((path) => textOf(path).includes(`${checkout}/`));
    assert.deepEqual(checkout.split('/').length > 2 ? holders : [], []);
    assert.deepEqual(
      linesMatching(without(everywhere, 'tests/architecture/'), /\/(root|home\/[a-z]+)\/(?!\.\.)[a-z]/),
      [],
    );
  });

  it('has every file that package.json runs', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const missing = Object.entries(scripts).filter(([, command]) =>
      (command.match(/[\w./-]+\.(ts|mjs)/g) ?? []).some((path) => !existsSync(join(root, path))),
    );
    assert.deepEqual(missing, []);
  });

  it('links only to files that exist', () => {
    const dead = trackedFiles('*.md').flatMap((path) =>
      [...textOf(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    );
    assert.deepEqual(dead, []);
  });

  it('introduces each folder of the journey in a README', () => {
    const depth = (path: string) => (path.startsWith('appliance/') ? 2 : 1);
    const rooms = new Set(ours.map((path) => path.split('/').slice(0, depth(path)).join('/')));
    assert.deepEqual(
      [...rooms].filter((room) => !existsSync(join(root, room, 'README.md'))),
      [],
    );
  });
});

function without(paths: readonly string[], folder: string): string[] {
  return paths.filter((path) => !path.startsWith(folder));
}
