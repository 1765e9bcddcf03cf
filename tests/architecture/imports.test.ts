/** The project references, tried in a small copy: the real tsconfig files around one tiny module a folder. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { root, trackedFiles } from './sources.ts';

const leaves = ['appliance/protocol', 'appliance/runtime'] as const;
const clients = [
  'appliance/store/client',
  'appliance/ingest/client',
  'appliance/web/client',
  'display/client',
] as const;
const insides = [
  'agent',
  'appliance/store',
  'appliance/ingest',
  'appliance/web',
  'appliance/console',
  'display',
] as const;
const all = [...leaves, ...clients, ...insides];

/** Who may see whom; everything that is not listed must be refused. */
const allowed: Record<(typeof all)[number], readonly string[]> = {
  'appliance/protocol': [],
  'appliance/runtime': [],
  'appliance/store/client': leaves,
  'appliance/ingest/client': [...leaves, 'appliance/store/client'],
  'appliance/web/client': leaves,
  'display/client': leaves,
  agent: leaves,
  'appliance/store': [...leaves, 'appliance/store/client'],
  'appliance/ingest': [...leaves, ...clients],
  'appliance/web': [...leaves, ...clients],
  'appliance/console': [...leaves, ...clients],
  display: [...leaves, ...clients],
};

let copy: string;

before(() => {
  copy = mkdtempSync(join(tmpdir(), 'netmonitor-imports-'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  for (const path of trackedFiles('tsconfig*.json', '*/tsconfig.json')) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  for (const project of all) writeFileSync(join(copy, project, 'part.ts'), 'export const part = 1;\n');
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
  it('compiles an import down to a leaf and refuses every other direction', () => {
    const right = insides.flatMap((project) =>
      leaves.map((leaf) => writeImport(project, `right-${leaf.replaceAll('/', '-')}.ts`, leaf)),
    );
    const clean = compile();
    assert.equal(clean, '', 'imports of the leaves compile');
    const wrong = all.flatMap((project) =>
      all
        .filter((target) => target !== project && !allowed[project].includes(target))
        .map((target) => writeImport(project, `wrong-${target.replaceAll('/', '-')}.ts`, target)),
    );
    const said = compile();
    const accepted = wrong.filter((file) => !said.includes(`${file}(1,`));
    assert.deepEqual(accepted, [], 'these imports should not compile');
    assert.deepEqual(
      right.filter((file) => said.includes(`${file}(`)),
      [],
    );
  });
});
