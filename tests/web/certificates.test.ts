import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { judgeCertificate } from '../../appliance/web/certificate.ts';
import { damagedKey, ecKey, type Made, makeCertificate, rsaKey } from '../helpers/certificates.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { startWebBox, type WebBox } from '../helpers/web-box.ts';
import { StoreInRam } from '../helpers/web-sources.ts';

const nowMs = Date.UTC(2026, 10, 20);
const root = makeCertificate({ name: 'Root', ca: true });
const middle = makeCertificate({ name: 'Middle', ca: true, issuer: { name: 'Root', key: root.key } });
const byMiddle = { issuer: { name: 'Middle', key: middle.key }, dns: ['box.school.example'] };
const leaf = makeCertificate({ name: 'box', ...byMiddle });
const given = (chain: Made[], keyPem = chain[0]?.keyPem ?? '') => ({
  chain: chain.map(({ pem }) => pem).join(''),
  key: keyPem,
});

test('takes a chain in order with its key, elliptic or RSA', () => {
  const judged = judgeCertificate(given([leaf, middle, root]), nowMs);
  assert.deepEqual(
    [judged.names, judged.keyType, judged.chainLength, judged.subject, judged.issuer],
    [['box.school.example'], 'P-256', 3, 'CN=box', 'CN=Middle'],
  );
  const rsa = makeCertificate({ name: 'box', ...byMiddle, key: rsaKey(2048) });
  assert.equal(judgeCertificate(given([rsa, middle]), nowMs).keyType, 'RSA 2048');
});

test('refuses what a browser or TLS would stumble over, and says what', () => {
  const expired = makeCertificate({ name: 'box', ...byMiddle, to: '251231235959Z' });
  const early = makeCertificate({ name: 'box', ...byMiddle, from: '300101000000Z' });
  const forged = makeCertificate({
    name: 'box',
    issuer: { name: 'Middle', key: root.key },
    dns: ['x.example'],
  });
  const noAuthority = makeCertificate({ name: 'Leaf', issuer: { name: 'Root', key: root.key } });
  const byLeaf = makeCertificate({
    name: 'box',
    issuer: { name: 'Leaf', key: noAuthority.key },
    dns: ['x.example'],
  });
  const weak = makeCertificate({ name: 'box', ...byMiddle, key: rsaKey(1024) });
  const odd = makeCertificate({ name: 'box', ...byMiddle, key: ecKey('secp256k1') });
  const nameless = makeCertificate({ name: 'box', issuer: byMiddle.issuer });
  const forClients = makeCertificate({ name: 'box', ...byMiddle, use: '2b06010505070302' });
  const forServers = makeCertificate({ name: 'box', ...byMiddle, use: '2b06010505070301' });
  const forgeable = makeCertificate({ name: 'box', ...byMiddle, hash: 'sha1' });
  const rsa = makeCertificate({ name: 'box', ...byMiddle, key: rsaKey(2048) });
  const locked = ecKey()
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString();
  for (const [what, pair, text] of [
    ['no certificate', { chain: 'x', key: leaf.keyPem }, 'certChain'],
    ['a cut certificate', { chain: leaf.pem.replace(/\n.{20}/, '\n'), key: leaf.keyPem }, 'certChain'],
    ['no key', given([leaf], 'x'), 'certKey'],
    ['a locked key', given([leaf], locked), 'certKeyLocked'],
    ['another key', given([leaf, middle], middle.keyPem), 'certKeyOther'],
    ['a weak key', given([weak, middle]), 'certKeyType'],
    ['a curve that browsers lack', given([odd, middle]), 'certKeyType'],
    ['the wrong order', given([leaf, root, middle]), 'certOrder'],
    ['a forged issuer', given([forged, middle]), 'certOrder'],
    ['an issuer that is none', given([byLeaf, noAuthority]), 'certOrder'],
    ['one that has ended', given([expired, middle]), 'certExpired'],
    ['one that begins later', given([early, middle]), 'certTooEarly'],
    ['no name', given([nameless, middle]), 'certNoNames'],
    ['a damaged key', given([rsa, middle], damagedKey(rsa.key)), 'certKeyBroken'],
    ['one that is for clients', given([forClients, middle]), 'certUse'],
    ['a hash that can be forged', given([forgeable, middle]), 'certWeak'],
  ] as const)
    assert.throws(() => judgeCertificate(pair, nowMs), { code: 'BAD_REQUEST', text }, what);
  assert.equal(judgeCertificate(given([forServers, middle]), nowMs).chainLength, 2);
  assert.equal(
    judgeCertificate(given([expired, middle]), null).names.length,
    1,
    'dates count only by a good clock',
  );
});

async function served(box: WebBox): Promise<string> {
  const socket = connect({
    host: '127.0.0.1',
    port: box.https,
    rejectUnauthorized: false,
    servername: 'localhost',
  });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256.replaceAll(':', '').toLowerCase();
}

test('is served at once, survives a restart, can be taken away, and its name is answered', async (t) => {
  const [store, folder] = [new StoreInRam(), temporaryFolder(t)];
  const box = await startWebBox(t, { store, folder });
  const cookie = await box.signIn();
  const own = await served(box);
  assert.equal(own, box.identity.certificateFingerprint);
  const bad = await box.ask('/api/v1/certificate', { method: 'PUT', cookie, body: given([leaf, root]) });
  assert.equal(bad.status, 400);
  assert.equal(await served(box), own);
  const put = await box.ask('/api/v1/certificate', { method: 'PUT', cookie, body: given([leaf, middle]) });
  assert.equal(put.status, 200, put.text);
  assert.equal(put.text.includes('PRIVATE'), false);
  const uploaded = await served(box);
  assert.notEqual(uploaded, own);
  const address = await box.screens.address();
  assert.deepEqual(
    [address.certificateFingerprint, JSON.stringify(address).includes('PRIVATE')],
    [uploaded, false],
  );
  const path = join(folder, 'uploaded-certificate.pem');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await box.stop();

  const after = await startWebBox(t, { store, folder });
  assert.equal(await served(after), uploaded);
  const byName = async () =>
    (await after.app.inject({ url: '/api/v1/status', headers: { host: 'box.school.example' } })).statusCode;
  assert.equal(await byName(), 200);
  const gone = await after.app.inject({
    ...{ method: 'DELETE', url: '/api/v1/certificate' },
    headers: { host: 'localhost', cookie: `__Host-netmonitor=${cookie}` },
  });
  assert.equal(gone.statusCode, 204);
  assert.deepEqual([await served(after), await byName()], [own, 421]);
  assert.equal(existsSync(path), false);
  assert.deepEqual(
    store.notes.map(({ kind }) => kind).filter((kind) => kind.startsWith('certificate.')),
    ['certificate.uploaded', 'certificate.removed'],
  );
});

test('a broken file is not served: the own certificate is, and the journal says why', async (t) => {
  const [store, folder] = [new StoreInRam(), temporaryFolder(t)];
  writeFileSync(join(folder, 'uploaded-certificate.pem'), leaf.pem, { mode: 0o600 });
  const box = await startWebBox(t, { store, folder });
  await box.code();
  assert.equal(await served(box), box.identity.certificateFingerprint);
  assert.equal(store.notes.filter(({ kind }) => kind === 'certificate.broken').length, 1);
});
