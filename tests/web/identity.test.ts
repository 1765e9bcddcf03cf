import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { exitCodeOf } from '../../appliance/runtime/errors.ts';
import { identityFile, loadIdentity } from '../../appliance/web/identity.ts';
import { temporaryFolder } from '../helpers/folder.ts';

test('makes a P-256 key and certificate once and keeps it', async (t) => {
  const folder = temporaryFolder(t);
  const made = await loadIdentity(folder);
  assert.deepEqual(await loadIdentity(folder), made);
  assert.match(made.fingerprint, /^[0-9a-f]{64}$/);
  assert.equal(statSync(identityFile(folder)).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['identity.pem']);

  const certificate = new X509Certificate(made.certificate);
  assert.equal(certificate.validFromDate.toISOString(), '2000-01-01T00:00:00.000Z');
  assert.equal(certificate.validToDate.toISOString(), '2049-12-31T23:59:59.000Z');
  assert.equal(certificate.ca, false);
  assert.match(certificate.subjectAltName ?? '', /DNS:netmonitor\.local, DNS:localhost/);
  assert.equal(certificate.checkHost('netmonitor.local'), 'netmonitor.local');
});

test('two boxes differ', async (t) => {
  const [one, other] = [await loadIdentity(temporaryFolder(t)), await loadIdentity(temporaryFolder(t))];
  assert.notEqual(one.fingerprint, other.fingerprint);
});

test('refuses a damaged file, says what to do and changes nothing', async (t) => {
  const folder = temporaryFolder(t);
  await loadIdentity(folder);
  const path = identityFile(folder);
  const good = readFileSync(path, 'utf8');
  const otherFolder = temporaryFolder(t);
  await loadIdentity(otherFolder);
  const other = readFileSync(identityFile(otherFolder), 'utf8');
  const split = good.indexOf('-----BEGIN CERTIFICATE');
  const swapped = good.slice(0, split) + other.slice(other.indexOf('-----BEGIN CERTIFICATE'));
  for (const bad of ['', 'x', good.slice(0, 300), swapped]) {
    writeFileSync(path, bad);
    await assert.rejects(loadIdentity(folder), (error: Error) => {
      assert.equal(exitCodeOf(error), 78);
      assert.match(error.message, /identity\.pem is damaged .*remove the file/);
      return true;
    });
    assert.equal(readFileSync(path, 'utf8'), bad);
  }
});

test('refuses a key that others can read, or that is a link', async (t) => {
  const folder = temporaryFolder(t);
  await loadIdentity(folder);
  chmodSync(identityFile(folder), 0o644);
  await assert.rejects(loadIdentity(folder), { code: 'CONFIG_INVALID' });
  chmodSync(identityFile(folder), 0o600);
  const elsewhere = temporaryFolder(t);
  symlinkSync(identityFile(folder), identityFile(elsewhere));
  await assert.rejects(loadIdentity(elsewhere), { code: 'CONFIG_INVALID' });
});
