/** The page's own key and certificate: made once, kept in one file, never replaced by itself. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { keyHashOfCertificate } from '../protocol/identity.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import { readOwned, writeFileSafely } from '../runtime/files.ts';

export type Identity = { key: string; certificate: string; fingerprint: string };

// Browsers compare dates with their own clock, ours may be wrong: as wide as UTCTime in X.509 allows.
const notBefore = new Date('2000-01-01T00:00:00Z');
const notAfter = new Date('2049-12-31T23:59:59Z');
const mostBytes = 16 * 1024;

export const identityFile = (stateDir: string): string => join(stateDir, 'identity.pem');

export async function loadIdentity(stateDir: string): Promise<Identity> {
  const path = identityFile(stateDir);
  const kept = await readIfThere(path);
  if (kept !== null) return parseIdentity(kept, path);
  const made = await makeIdentity();
  await writeFileSafely(path, Buffer.from(made), { mode: 0o600 });
  return parseIdentity(made, path);
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return Buffer.from(await readOwned(path, { maxBytes: mostBytes, maxMode: 0o600 })).toString('utf8');
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return null;
    throw new Failure('CONFIG_INVALID', `The key of the page cannot be used: ${messageOf(error)}`, {
      cause: error,
      path,
    });
  }
}

async function makeIdentity(): Promise<string> {
  // Loaded for the first start only: it is 6 MB that no later process needs.
  const { generate } = (await import('selfsigned')).default;
  const names = [...new Set(['netmonitor.local', 'localhost', hostname(), `${hostname()}.local`])];
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'netmonitor.local' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: notBefore,
    notAfterDate: notAfter,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2 as const, value })) },
    ],
  });
  return `${key.trim()}\n${cert.trim()}\n`;
}

export function parseIdentity(pem: string, path: string): Identity {
  try {
    const key = blockOf(pem, 'PRIVATE KEY');
    const certificate = blockOf(pem, 'CERTIFICATE');
    const parsed = new X509Certificate(certificate);
    const privateKey: KeyObject = createPrivateKey(key);
    if (!parsed.checkPrivateKey(privateKey)) throw new Error('key and certificate do not belong together');
    if (privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('not a P-256 key');
    return { key, certificate, fingerprint: keyHashOfCertificate(parsed) };
  } catch (error) {
    throw new Failure(
      'CONFIG_INVALID',
      `The key of the page in ${path} is damaged (${messageOf(error)}). Put back a copy, or remove the file: ` +
        'the box then makes a new key and browsers warn once more.',
      { cause: error, path },
    );
  }
}

function blockOf(pem: string, label: string): string {
  const match = new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`).exec(pem);
  if (!match) throw new Error(`no ${label.toLowerCase()} in it`);
  return `${match[0]}\n`;
}
