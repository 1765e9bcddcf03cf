/** Who somebody is: the SHA-256 of the public key, and the name that a box derives from it. */
import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { hex } from './check.ts';

export const checkKeyHash = hex(32);

/** SHA-256 of the SubjectPublicKeyInfo: the identity of a box or a machine, 64 hexadecimal digits. */
export function keyHash(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

export function keyHashOfCertificate(certificate: X509Certificate | Uint8Array): string {
  const parsed = certificate instanceof X509Certificate ? certificate : new X509Certificate(certificate);
  return keyHash(parsed.publicKey);
}

// Without i, l, o and u: nothing that is mistaken for something else, and few words.
const letters = 'abcdefghjkmnpqrstvwxyz';

/** `netmonitor-xxxx`: the same box keeps the same name, two boxes differ (22^4 names). */
export function boxName(hash: string): string {
  let number = Number.parseInt(hash.slice(0, 8), 16);
  let suffix = '';
  for (let count = 0; count < 4; count++) {
    suffix += letters[number % letters.length];
    number = Math.floor(number / letters.length);
  }
  return `netmonitor-${suffix}`;
}
