import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { selfSignedCertificate } from '../../appliance/runtime/certificate.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

test('a certificate is valid from 2000 to 2049, signed by its own key, and no authority', () => {
  // Signatures and serial numbers have random lengths and leading bits: a few of them.
  for (let count = 0; count < 20; count++) {
    const certificate = new X509Certificate(selfSignedCertificate(privateKey, { commonName: 'netmonitor' }));
    assert.equal(certificate.validFrom, 'Jan  1 00:00:00 2000 GMT');
    assert.equal(certificate.validTo, 'Dec 31 23:59:59 2049 GMT');
    assert.equal(certificate.subject, 'CN=netmonitor');
    assert.equal(certificate.ca, false);
    assert.ok(certificate.checkPrivateKey(privateKey));
    assert.ok(certificate.verify(certificate.publicKey));
  }
});

test('with names it is one for a web server, and browsers find each name in it', () => {
  const dnsNames = Array.from({ length: 12 }, (_, index) => `a-rather-long-host-name-${index}.example`);
  const pem = selfSignedCertificate(privateKey, { commonName: 'netmonitor.local', dnsNames });
  const certificate = new X509Certificate(pem);
  for (const name of dnsNames) assert.equal(certificate.checkHost(name), name);
  assert.equal(certificate.checkHost('other.example'), undefined);
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  assert.ok(certificate.verify(certificate.publicKey));
});
