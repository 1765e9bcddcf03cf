import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { temporaryFolder } from '../helpers/folder.ts';
import { startWebBox } from '../helpers/web-box.ts';

function builtPage(t: TestContext): string {
  const outside = temporaryFolder(t);
  writeFileSync(join(outside, 'secret.txt'), 'secret');
  const folder = join(outside, 'page');
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>NetMonitor</title>');
  writeFileSync(join(folder, 'app-ABCD2345.js'), 'console.log(1)');
  writeFileSync(join(folder, 'app-ABCD2345.js.gz'), gzipSync('console.log(1)'));
  writeFileSync(join(folder, 'icon.svg'), '<svg/>');
  writeFileSync(join(folder, '.hidden'), 'hidden');
  return folder;
}

test('every address of the page shows its index, never from a cache unasked', async (t) => {
  const box = await startWebBox(t, { assetsDir: builtPage(t) });
  for (const path of [
    '/',
    '/machines',
    '/machines/3',
    '/machines/3/',
    '/waiting',
    '/journal',
    '/panel',
    '/about',
    '/incidents/7',
    '/rules',
    '/probes/new',
    '/devices',
  ]) {
    const answer = await box.ask(path);
    assert.equal(answer.status, 200, path);
    assert.match(String(answer.headers['content-type']), /^text\/html/);
    assert.match(answer.text, /NetMonitor/);
    assert.equal(answer.headers['cache-control'], 'no-cache');
  }
  assert.equal((await box.ask('/', { method: 'HEAD' })).text, '');
  const nowhere = await box.ask('/nowhere');
  assert.equal(nowhere.status, 404);
  assert.match(nowhere.text, /NetMonitor/, 'the page says so itself');
});

test('files named by their content are kept by browsers, others are asked for again', async (t) => {
  const box = await startWebBox(t, { assetsDir: builtPage(t) });
  const hashed = await box.ask('/app-ABCD2345.js');
  assert.equal(hashed.text, 'console.log(1)');
  assert.match(String(hashed.headers['content-type']), /javascript/);
  assert.equal(hashed.headers['cache-control'], 'public, max-age=31536000, immutable');
  const icon = await box.ask('/icon.svg');
  assert.equal(icon.headers['cache-control'], 'no-cache');
  const etag = String(icon.headers.etag);
  assert.equal((await box.ask('/icon.svg', { headers: { 'if-none-match': etag } })).status, 304);
});

test('sends what was compressed beforehand to those who can read it', async (t) => {
  const { request } = await import('node:https');
  const box = await startWebBox(t, { assetsDir: builtPage(t) });
  const body = await new Promise<{ encoding: unknown; bytes: Buffer; cache: unknown }>((resolve, reject) => {
    const headers = { host: 'localhost', 'accept-encoding': 'gzip' };
    const { certificate: ca } = box.identity;
    request(
      { host: '127.0.0.1', port: box.https, path: '/app-ABCD2345.js', headers, ca, servername: 'localhost' },
      async (response) => {
        const chunks = await response.toArray();
        resolve({
          encoding: response.headers['content-encoding'],
          bytes: Buffer.concat(chunks),
          cache: response.headers['cache-control'],
        });
      },
    )
      .on('error', reject)
      .end();
  });
  assert.equal(body.encoding, 'gzip');
  assert.equal(gunzipSync(body.bytes).toString(), 'console.log(1)');
  assert.match(String(body.cache), /immutable/);
});

test('nothing outside the folder, and nothing hidden, is served', async (t) => {
  const box = await startWebBox(t, { assetsDir: builtPage(t) });
  for (const path of [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/x/../../secret.txt',
    '//etc/passwd',
    '/etc/passwd',
    '/.hidden',
    '/index.html%00.js',
    '/.',
    '/%2e%2e',
  ]) {
    const answer = await box.ask(path);
    assert.ok([400, 403, 404].includes(answer.status), `${path} was answered ${answer.status}`);
    assert.doesNotMatch(answer.text, /secret|hidden|root:/, path);
  }
});

test('without a built page the interface still answers', async (t) => {
  const box = await startWebBox(t);
  assert.equal((await box.ask('/')).status, 404);
  assert.equal((await box.ask('/api/v1/status')).status, 200);
  assert.ok(box.lines.some((line) => line.includes('page is not built')));
});
