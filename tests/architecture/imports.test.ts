/** The project references, tried in a small copy: the real tsconfig files around one tiny module a folder. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { root, trackedFiles } from './sources.ts';

const leaves = ['appliance/protocol', 'appliance/runtime'];
const store = 'appliance/store/client';
const ingest = 'appliance/ingest/client';
const watch = 'appliance/watch/client';
const web = 'appliance/web/client';
const display = 'display/client';

/**
 * Who may see whom: what is listed compiles, everything else is refused. Whoever references a client sees the leaves too,
 * because the compiler follows references.
 */
const allowed: Record<string, readonly string[]> = {
  'appliance/protocol': [],
  'appliance/runtime': [],
  [store]: leaves,
  [ingest]: [...leaves, store],
  [watch]: leaves,
  [web]: leaves,
  [display]: leaves,
  agent: leaves,
  'appliance/store': [...leaves, store],
  'appliance/ingest': [...leaves, store, ingest, web],
  'appliance/watch': [...leaves, store, ingest, watch, web, display],
  'appliance/web': [...leaves, store, ingest, watch, web, display],
  'appliance/web/assets': [...leaves, store, ingest, watch, web, display],
  'appliance/console': [...leaves, store, ingest, watch, web, display],
  display: [...leaves, store, ingest, watch, web, display],
  image: ['appliance/runtime'],
  'appliance/launch': [...leaves, store, ingest, watch, web, display, 'image'],
};
const all = Object.keys(allowed);

let copy: string;

before(() => {
  copy = mkdtempSync(join(tmpdir(), 'netmonitor-imports-'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  for (const path of trackedFiles('tsconfig*.json', '*/tsconfig.json')) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  for (const project of [...all, 'tests'])
    writeFileSync(join(copy, project, 'part.ts'), 'export const part = 1;\n');
});

after(() => rmSync(copy, { recursive: true, force: true }));

function writeImport(project: string, name: string, target: string): string {
  const from = join(project, name);
  const specifier = relative(project, join(target, 'part.ts'));
  const path = specifier.startsWith('.') ? specifier : `./${specifier}`;
  writeFileSync(join(copy, from), `import { part } from '${path}';\nexport const seen = part;\n`);
  return from;
}

function compile(): string {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const ran = spawnSync(process.execPath, [tsc, '-b', ...all], { cwd: copy, encoding: 'utf8' });
  return ran.stdout + ran.stderr;
}

describe('imports between folders', () => {
  it('compile along the flow and down to the leaves, and are refused in every other direction', () => {
    const others = (project: string) => [...all, 'tests'].filter((target) => target !== project);
    const right = all.flatMap((project) =>
      others(project)
        .filter((target) => allowed[project]?.includes(target))
        .map((target) => writeImport(project, `right-${target.replaceAll('/', '-')}.ts`, target)),
    );
    assert.equal(compile(), '', `${right.length} allowed imports compile`);
    const wrong = all.flatMap((project) =>
      others(project)
        .filter((target) => !allowed[project]?.includes(target))
        .map((target) => writeImport(project, `wrong-${target.replaceAll('/', '-')}.ts`, target)),
    );
    const said = compile();
    assert.deepEqual(
      wrong.filter((file) => !said.includes(`${file}(1,`)),
      [],
      'these imports should not compile',
    );
    assert.deepEqual(
      right.filter((file) => said.includes(`${file}(`)),
      [],
    );
  });
});
