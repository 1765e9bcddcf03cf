import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { compressAnswer } from '../../appliance/web/compress.ts';

const long = JSON.stringify(Array.from({ length: 400 }, (_, index) => index * 0.25));

test('compresses a long answer in the best way that the browser takes', async () => {
  const br = await compressAnswer('/api/v1/machines/1/range?from=1', 'gzip, deflate, br', long);
  assert.equal(br?.encoding, 'br');
  assert.equal(String(brotliDecompressSync(br?.bytes ?? '')), long);
  const gz = await compressAnswer('/api/v1/machines', 'gzip;q=0.8', long);
  assert.equal(gz?.encoding, 'gzip');
  assert.equal(String(gunzipSync(gz?.bytes ?? '')), long);
});

test('leaves short answers alone, and those of a browser that takes nothing', async () => {
  assert.equal(await compressAnswer('/api/v1/machines', 'br', '[]'), null);
  assert.equal(await compressAnswer('/api/v1/machines', undefined, long), null);
  assert.equal(await compressAnswer('/api/v1/machines', 'identity', long), null);
});

test('never compresses what stands beside a secret', async () => {
  for (const url of [
    '/api/v1/waiting',
    '/api/v1/waiting/machines',
    '/api/v1/session',
    '/api/v1/panel',
    '/api/v1/machinesque',
  ]) {
    assert.equal(await compressAnswer(url, 'br', long), null, url);
  }
});
