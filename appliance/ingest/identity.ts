/** Who this box is for its agents: the hash of its key, and the name that follows from it. */
import { boxName, keyHash } from '../protocol/identity.ts';
import {
  type KeyPair,
  type KeyPairOptions,
  makeKeyPair,
  openKeyPair,
  parseKeyPair,
} from '../runtime/key-pair.ts';

export type Identity = {
  /** SHA-256 of the public key (SPKI), 64 hex characters: what agents pin. */
  id: string;
  /** `netmonitor-xxxx` */
  name: string;
  keyPem: string;
  certificatePem: string;
};

/** A damaged key is never replaced: every agent would take the new box for an impostor. */
const options: KeyPairOptions = {
  whose: 'the identity of this box',
  advice:
    'put it back from a backup, or remove the file to become a new box that every machine must be paired with again',
  certificate: { commonName: 'netmonitor' },
};

export async function loadIdentity(stateDir: string): Promise<Identity> {
  return identityOf(await openKeyPair(stateDir, options));
}

/** A box that nobody has met, kept nowhere. */
export function newIdentity(): Identity {
  return identityOf(parseKeyPair(makeKeyPair(options.certificate), 'memory', options));
}

function identityOf({ keyPem, certificatePem, publicKey }: KeyPair): Identity {
  const id = keyHash(publicKey);
  return { id, name: boxName(id), keyPem, certificatePem };
}
