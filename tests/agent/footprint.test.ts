/** What the agent loads at its start stays in its memory for good: node:http alone is 1.5 MB, node:fs/promises as much. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { repository } from '../helpers/programs.ts';

/** Another one is a decision: measure it (`npm run bench -- agent`) before it is listed here. */
const affordable = ['child_process', 'crypto', 'fs', 'net', 'os', 'path', 'tls', 'url'];

test('the agent begins with no more of Node than it can afford', async () => {
  const { metafile } = await build({
    entryPoints: { main: join(repository, 'agent/main.ts') },
    outdir: repository,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
    write: false,
  });
  const loaded = new Set<string>();
  const visit = (path: string): void => {
    for (const { path: target, kind, external } of metafile.outputs[path]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (external === true) loaded.add(target);
      else visit(target);
    }
  };
  const [main] = Object.keys(metafile.outputs).filter((path) => /(^|\/)main\.js$/.test(path));
  assert.ok(main);
  visit(main);
  const builtins = [...loaded].filter((name) => name.startsWith('node:')).map((name) => name.slice(5));
  assert.deepEqual(builtins.sort(), affordable);
});
