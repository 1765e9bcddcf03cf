/** Who this machine is: a P-256 key, made at the first start and kept for ever. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { keyHash } from '../appliance/protocol/identity.ts';
import { Failure, messageOf } from '../appliance/runtime/errors.ts';
import { writeFileSafely } from '../appliance/runtime/files.ts';
import { selfSigned } from './certificate.ts';
import { readOwn } from './owned.ts';

const LARGEST_KEY_FILE = 4096;

export type Identity = {
  /** SHA-256 of the public key, in hexadecimal: the machine's name for the box. */
  readonly hash: string;
  readonly keyPem: string;
  readonly certificatePem: string;
  readonly publicKey: KeyObject;
};

/** Reads the key, or makes it. The file appears whole or not at all; one that is damaged is never overwritten. */
export async function openIdentity(stateDir: string): Promise<Identity> {
  const file = join(stateDir, 'identity.pem');
  const found = await readOwn(file, { maxBytes: LARGEST_KEY_FILE, maxMode: 0o600 });
  if (found !== undefined) return identityOf(parseKey(Buffer.from(found).toString('latin1'), file));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFileSafely(file, Buffer.from(pemOf(privateKey), 'latin1'), { mode: 0o600 });
  return identityOf(privateKey);
}

/** What the box's own ingest reads to know this agent: the public key in one line of base64. */
export async function publishKey(identity: Identity, stateDir: string): Promise<void> {
  const folder = join(stateDir, 'public');
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const line = `${identity.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}\n`;
  await writeFileSafely(join(folder, 'local-agent.pub'), Buffer.from(line, 'latin1'), { mode: 0o644 });
}

function parseKey(pem: string, file: string): KeyObject {
  const key = readKey(pem, file);
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw damaged(file, 'it holds no P-256 key');
  }
  return key;
}

function readKey(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw damaged(file, messageOf(error), error);
  }
}

function damaged(file: string, why: string, cause?: unknown): Failure {
  const advice = 'put back a copy, or delete it: the machine gets a new key and must be admitted again';
  return new Failure('STORE_DAMAGED', `the identity in ${file} is damaged (${why}); ${advice}`, {
    cause,
    path: file,
  });
}

function identityOf(key: KeyObject): Identity {
  const publicKey = createPublicKey(key);
  return {
    hash: keyHash(publicKey),
    keyPem: pemOf(key),
    certificatePem: selfSigned(key, 'netmonitor-agent'),
    publicKey,
  };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
