/** The key that a process is known by, with its certificate: made once at the first start, in one file, never replaced. */
import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { join } from 'node:path';
import { type CertificateSubject, selfSignedCertificate } from './certificate.ts';
import { Failure, messageOf } from './errors.ts';
import { readOwned, writeFileSafely } from './files.ts';

export type KeyPair = { keyPem: string; certificatePem: string; publicKey: KeyObject };

export type KeyPairOptions = {
  /** For messages: `the identity of this box`. */
  whose: string;
  /** What a person does about a damaged file. */
  advice: string;
  certificate: CertificateSubject;
};

/** One file holds both, so that a cut between two writes cannot leave half an identity. */
const fileName = 'identity.pem';
const maxBytes = 16 * 1024;

export function keyPairFile(stateDir: string): string {
  return join(stateDir, fileName);
}

/** Reads the key, or makes it. The file appears whole or not at all; a damaged one is never overwritten. */
export async function openKeyPair(stateDir: string, o: KeyPairOptions): Promise<KeyPair> {
  const path = keyPairFile(stateDir);
  const kept = await existing(path, o);
  if (kept !== null) return parseKeyPair(kept, path, o);
  const made = makeKeyPair(o.certificate);
  await writeFileSafely(path, made, { mode: 0o600 });
  return parseKeyPair(made, path, o);
}

/** A new private key and its certificate, as PEM. */
export function makeKeyPair(certificate: CertificateSubject): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return keyPem + selfSignedCertificate(privateKey, certificate);
}

export function parseKeyPair(
  pem: string,
  path: string,
  o: Pick<KeyPairOptions, 'whose' | 'advice'>,
): KeyPair {
  try {
    const keyPem = blockOf(pem, 'PRIVATE KEY');
    const certificatePem = blockOf(pem, 'CERTIFICATE');
    const key = createPrivateKey(keyPem);
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('its key is no P-256 key');
    const certificate = new X509Certificate(certificatePem);
    // checkPrivateKey compares public halves only; a flipped bit in the secret shows when it signs.
    const probe = Buffer.from('netmonitor');
    const holds = verify('sha256', probe, certificate.publicKey, sign('sha256', probe, key));
    if (!holds || !certificate.checkPrivateKey(key))
      throw new Error('key and certificate do not belong together');
    return { keyPem, certificatePem, publicKey: certificate.publicKey };
  } catch (error) {
    throw unusable(`${o.whose} in ${path} is damaged (${messageOf(error)}): ${o.advice}`, path, error);
  }
}

async function existing(path: string, o: KeyPairOptions): Promise<string | null> {
  try {
    return Buffer.from(await readOwned(path, { maxBytes, maxMode: 0o600 })).toString('latin1');
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return null;
    throw unusable(`${o.whose} cannot be used: ${messageOf(error)}`, path, error);
  }
}

/** Starting again changes nothing about such a file. */
function unusable(message: string, path: string, cause: unknown): Failure {
  return new Failure('CONFIG_INVALID', message, { cause, path });
}

function blockOf(pem: string, label: string): string {
  const match = new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`).exec(pem);
  if (match === null) throw new Error(`there is no ${label.toLowerCase()} in it`);
  return `${match[0]}\n`;
}
