/** The page's own key and certificate, which is not the box's: a browser's warning must not become an agent's trust. */
import { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { keyHash } from '../protocol/identity.ts';
import { keyPairFile, openKeyPair } from '../runtime/key-pair.ts';
import { certificateHash, type PageCertificate } from './certificate.ts';

export type Identity = PageCertificate;

export const identityFile = keyPairFile;

export async function loadIdentity(stateDir: string): Promise<Identity> {
  const names = ['netmonitor.local', 'localhost', hostname(), `${hostname()}.local`];
  const { keyPem, certificatePem, publicKey } = await openKeyPair(stateDir, {
    whose: 'the key of the page',
    advice: 'put back a copy, or remove the file: the box then makes a new key and browsers warn once more',
    certificate: { commonName: 'netmonitor.local', dnsNames: [...new Set(names)] },
  });
  return {
    key: keyPem,
    certificate: certificatePem,
    fingerprint: keyHash(publicKey),
    certificateFingerprint: certificateHash(new X509Certificate(certificatePem)),
  };
}
