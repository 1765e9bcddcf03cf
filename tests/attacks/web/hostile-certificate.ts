/** Gives the page certificates that would shut people out, show another key, or read what lies on the box. */
import assert from 'node:assert/strict';
import { damagedKey, ecKey, makeCertificate, rsaKey } from '../../helpers/certificates.ts';
import type { Attack } from '../attack.ts';
import { visiting } from './visitor.ts';

const names = ['netmonitor.school.example'];
const good = () => makeCertificate({ name: 'box', dns: names });

function hostile(): Record<string, { chain: string; key: string }> {
  const one = good();
  const other = good();
  const weak = makeCertificate({ name: 'box', dns: names, key: rsaKey(1_024) });
  const old = makeCertificate({ name: 'box', dns: names, to: '210101000000Z' });
  const early = makeCertificate({ name: 'box', dns: names, from: '400101000000Z' });
  const strange = makeCertificate({ name: 'box', dns: names, key: ecKey('secp256k1') });
  const rsa = makeCertificate({ name: 'box', dns: names, key: rsaKey(2_048) });
  const nameless = makeCertificate({ name: 'box' });
  const forClients = makeCertificate({ name: 'box', dns: names, use: '2b06010505070302' });
  const forgeable = makeCertificate({ name: 'box', dns: names, hash: 'sha1' });
  return {
    'a damaged key': { chain: rsa.pem, key: damagedKey(rsa.key) },
    'one that is for clients': { chain: forClients.pem, key: forClients.keyPem },
    'one signed by SHA-1': { chain: forgeable.pem, key: forgeable.keyPem },
    'the key of another': { chain: one.pem, key: other.keyPem },
    'a key of 1,024 bits': { chain: weak.pem, key: weak.keyPem },
    'a curve that browsers lack': { chain: strange.pem, key: strange.keyPem },
    'one that has ended': { chain: old.pem, key: old.keyPem },
    'one that has not begun': { chain: early.pem, key: early.keyPem },
    'one without a name': { chain: nameless.pem, key: nameless.keyPem },
    'a chain of strangers': { chain: one.pem + other.pem, key: one.keyPem },
    'nine certificates': { chain: one.pem.repeat(9), key: one.keyPem },
    'a path': { chain: '/var/lib/netmonitor/web/identity.pem', key: 'file:///etc/shadow' },
    'a locked key': { chain: one.pem, key: one.keyPem.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE') },
    nothing: { chain: '', key: '' },
    noise: { chain: one.pem.replace(/[A-Z]/g, 'a'), key: one.keyPem },
  };
}

export const hostileCertificate: Attack = {
  threat: 9,
  about: 'uploading certificates that would shut people out or show a key that is not its own',
  by: 'A3',
  guard: { file: 'appliance/web/certificate.ts', name: 'for (const one of chain) judgeDates(' },
  control: (scene) =>
    // On one connection: whoever connects meanwhile is shown the uploaded one.
    visiting(scene, '127.4.22.1', async ({ ask }) => {
      const { pem, keyPem } = good();
      const body = { chain: pem, key: keyPem };
      const uploaded = await ask('/api/v1/certificate', { method: 'PUT', cookie: scene.cookie, body });
      assert.equal(uploaded.status, 200, uploaded.text);
      assert.equal(uploaded.text.includes('PRIVATE'), false, 'the key is told');
      const removed = await ask('/api/v1/certificate', { method: 'DELETE', cookie: scene.cookie });
      assert.equal(removed.status, 204);
    }),
  attack: (scene) =>
    visiting(scene, '127.4.22.2', async ({ ask }) => {
      const before = await ask('/api/v1/certificate', { cookie: scene.cookie });
      const tried = Object.entries(hostile());
      for (const [name, body] of tried) {
        const answer = await ask('/api/v1/certificate', { method: 'PUT', cookie: scene.cookie, body });
        assert.equal(answer.status, 400, `${name}: ${answer.text}`);
        assert.doesNotMatch(answer.text, /PRIVATE KEY-----|root:/, name);
      }
      assert.equal((await ask('/api/v1/certificate', { cookie: scene.cookie })).text, before.text);
      return `400 for ${tried.length}; the page shows the certificate of before`;
    }),
};
