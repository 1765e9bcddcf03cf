/** Who this machine is: a P-256 key, made at the first start and kept for ever. */
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { keyHash } from '../appliance/protocol/identity.ts';
import { mkdir } from '../appliance/runtime/disk.ts';
import { readOwned, writeFileSafely } from '../appliance/runtime/files.ts';
import { keyPairFile, makeKeyPair, openKeyPair } from '../appliance/runtime/key-pair.ts';

const certificate = { commonName: 'netmonitor-agent' };

export type Identity = {
  /** SHA-256 of the public key, in hexadecimal: the machine's name for the box. */
  readonly hash: string;
  readonly keyPem: string;
  readonly certificatePem: string;
  readonly publicKey: KeyObject;
};

export async function openIdentity(stateDir: string): Promise<Identity> {
  const pair = await openKeyPair(stateDir, {
    whose: 'the identity of this machine',
    advice: 'put back a copy, or delete it: the machine gets a new key and must be admitted again',
    certificate,
  });
  return { hash: keyHash(pair.publicKey), ...pair };
}

/** This machine is a copy of another: it gets a key of its own, which counts from the next start on. */
export async function renewIdentity(stateDir: string): Promise<void> {
  await writeFileSafely(keyPairFile(stateDir), makeKeyPair(certificate), { mode: 0o600 });
}

/** What the box's own ingest reads to know this agent: the public key in one line of base64. */
export async function publishKey(identity: Identity, stateDir: string): Promise<void> {
  const folder = join(stateDir, 'public');
  const line = `${identity.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}\n`;
  // A disk that is full or read-only is no reason not to measure.
  if (await stands(join(folder, 'local-agent.pub'), line)) return;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await writeFileSafely(join(folder, 'local-agent.pub'), Buffer.from(line, 'latin1'), { mode: 0o644 });
}

async function stands(path: string, text: string): Promise<boolean> {
  try {
    return Buffer.from(await readOwned(path, { maxBytes: 1_024 })).toString('latin1') === text;
  } catch {
    return false; // not there, or not as we would have written it: written anew
  }
}
