// Who this box is: a P-256 key and the certificate around it, made once at the first start and never again.
import { createPrivateKey, generateKeyPairSync, sign, verify, X509Certificate } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { boxName, keyHash } from '../protocol/identity.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import { readOwned, writeFileSafely } from '../runtime/files.ts';
import { selfSignedCertificate } from './certificate.ts';

export type Identity = {
  /** SHA-256 of the public key (SPKI), 64 hex characters: what agents pin. */
  id: string;
  /** `netmonitor-xxxx` */
  name: string;
  keyPem: string;
  certificatePem: string;
};

/** One file holds both, so that a cut between two writes cannot leave half an identity. */
const fileName = 'identity.pem';
const maxBytes = 16 * 1024;

export async function loadIdentity(stateDir: string): Promise<Identity> {
  const path = join(stateDir, fileName);
  const pem = await existing(path);
  if (pem !== null) return parseIdentity(pem, path);
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const made = makeIdentityPem();
  await writeFileSafely(path, made, { mode: 0o600 });
  return parseIdentity(made, path);
}

export function makeIdentityPem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return keyPem + selfSignedCertificate(privateKey, 'netmonitor');
}

/** A damaged identity is never replaced: every agent would take the new box for an impostor. */
export function parseIdentity(pem: string, path: string): Identity {
  const border = pem.indexOf('-----BEGIN CERTIFICATE-----');
  try {
    if (border < 0) throw new Error('it does not hold a key and a certificate');
    const keyPem = pem.slice(0, border);
    const certificatePem = pem.slice(border);
    const key = createPrivateKey(keyPem);
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('its key is not a P-256 key');
    const certificate = new X509Certificate(certificatePem);
    // checkPrivateKey compares public halves only; a flipped bit in the secret shows when it signs.
    const probe = Buffer.from('netmonitor');
    const holds = verify('sha256', probe, certificate.publicKey, sign('sha256', probe, key));
    if (!holds || !certificate.checkPrivateKey(key))
      throw new Error('key and certificate do not belong together');
    const id = keyHash(certificate.publicKey);
    return { id, name: boxName(id), keyPem, certificatePem };
  } catch (error) {
    const advice =
      'put it back from a backup, or remove the file to become a new box that every machine must be paired with again';
    throw new Failure(
      'CONFIG_INVALID',
      `this box’s identity ${path} is damaged (${messageOf(error)}): ${advice}`,
      { cause: error, path },
    );
  }
}

async function existing(path: string): Promise<string | null> {
  try {
    return Buffer.from(await readOwned(path, { maxBytes, maxMode: 0o600 })).toString('latin1');
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return null;
    // Starting again changes nothing about a file that others can read or that is no file.
    throw new Failure('CONFIG_INVALID', messageOf(error), { cause: error, path });
  }
}
