import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { builtinsAsTheyAre } from '../../image/plugins.ts';
import { temporaryFolder } from '../helpers/folder.ts';

test('a bundle finds in a module of Node what its source finds, loaded at the start or later', async (t) => {
  const folder = temporaryFolder(t);
  const source = `
    import os, { hostname } from 'node:os';
    import required from './required.cjs';
    const { createSocket } = await import('node:dgram');
    const { promises } = await import('node:dns');
    console.log(typeof hostname, os.hostname === hostname, required, typeof createSocket, typeof promises.lookup);
  `;
  writeFileSync(join(folder, 'main.ts'), source);
  writeFileSync(join(folder, 'required.cjs'), "module.exports = typeof require('node:events');");
  await build({
    ...{ entryPoints: [join(folder, 'main.ts')], outdir: join(folder, 'out'), bundle: true, splitting: true },
    ...{ format: 'esm', platform: 'node', target: 'node24', outExtension: { '.js': '.mjs' } },
    plugins: [builtinsAsTheyAre()],
  });
  const said = execFileSync(process.execPath, [join(folder, 'out', 'main.mjs')]).toString();
  assert.equal(said, 'function true function function function\n');
});
