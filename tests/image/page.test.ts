import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { buildPage, fillTemplate } from '../../image/page.ts';
import { temporaryFolder } from '../helpers/folder.ts';

test('builds the page with hashed names, each beside its compressed twins, and an index that points to them', async (t) => {
  const outDir = join(temporaryFolder(t), 'page');
  const { files } = await buildPage({ outDir, minify: true });
  const index = await readFile(join(outDir, 'index.html'), 'utf8');
  for (const { name, bytes, brotli } of files) {
    const plain = await readFile(join(outDir, name));
    const small = await readFile(join(outDir, `${name}.br`));
    assert.deepEqual([plain.length, small.length], [bytes, brotli]);
    assert.deepEqual(brotliDecompressSync(small), plain);
    assert.deepEqual(gunzipSync(await readFile(join(outDir, `${name}.gz`))), plain);
    if (name !== 'index.html') assert.match(name, /^assets\/[a-z.-]+-[A-Z0-9]{8}\.(?:js|css|svg)$/);
  }
  for (const start of ['app', 'theme', 'style', 'icon']) {
    const file = files.find(({ name }) => name.startsWith(`assets/${start}-`)) ?? assert.fail(`no ${start}`);
    assert.ok(index.includes(`"/${file.name}"`), file.name);
  }
});

test('keeps inline script and style, and everything from elsewhere, out of the page', async (t) => {
  const outDir = join(temporaryFolder(t), 'page');
  const { files } = await buildPage({ outDir, minify: true });
  const index = await readFile(join(outDir, 'index.html'), 'utf8');
  assert.doesNotMatch(index, /<script>|<style|style=|\son\w+=|https?:/);
  for (const { name } of files.filter((file) => /\.(?:js|css)$/.test(file.name))) {
    const text = await readFile(join(outDir, name), 'utf8');
    const away = [...text.matchAll(/(?:https?:)?\/\/[\w.-]+\.\w+/g)].map(([address]) => address);
    assert.deepEqual(
      away.filter((address) => address !== 'http://www.w3.org'),
      [],
      name,
    );
    assert.doesNotMatch(text, /\beval\(|new Function\(|innerHTML|insertAdjacentHTML|document\.write/, name);
  }
});

test('charts stay out of what the overview loads', async (t) => {
  const outDir = join(temporaryFolder(t), 'page');
  const { files } = await buildPage({ outDir, minify: true });
  const app = files.find(({ name }) => name.startsWith('assets/app-')) ?? assert.fail('no app');
  const text = await readFile(join(outDir, app.name), 'utf8');
  assert.doesNotMatch(text, /u-cursor-x/);
  assert.ok(files.some(({ name }) => name.startsWith('assets/charts-')));
});

test('two builds of the same sources have the same names', async (t) => {
  const folder = temporaryFolder(t);
  const names = async (outDir: string): Promise<string[]> =>
    (await buildPage({ outDir, minify: true })).files.map(({ name }) => name);
  assert.deepEqual(await names(join(folder, 'a')), await names(join(folder, 'b')));
});

test('a placeholder that the build does not know is an error, not an empty address', () => {
  assert.equal(fillTemplate('<a href="{{app}}">', { app: '/x.js' }), '<a href="/x.js">');
  assert.throws(() => fillTemplate('{{nobody}}', {}), /nobody/);
});
