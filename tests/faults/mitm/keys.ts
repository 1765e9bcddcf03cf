/** Keys that somebody in between draws, as many as he likes, and the search among them and among nonces. */
import { createPrivateKey, generateKeyPairSync, hash, X509Certificate } from 'node:crypto';
import { keyHash } from '../../../appliance/protocol/identity.ts';
import { selfSignedCertificate } from '../../../appliance/runtime/certificate.ts';

export class Key {
  readonly hash: string;
  readonly #pkcs8: Buffer;

  private constructor(hash: string, pkcs8: Buffer) {
    this.hash = hash;
    this.#pkcs8 = pkcs8;
  }

  static draw(): Key {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return new Key(keyHash(publicKey), privateKey.export({ type: 'pkcs8', format: 'der' }));
  }

  certificate(): X509Certificate {
    const key = createPrivateKey({ key: this.#pkcs8, type: 'pkcs8', format: 'der' });
    return new X509Certificate(selfSignedCertificate(key, { commonName: 'netmonitor' }));
  }
}

const label = Buffer.from('netmonitor-digits-1', 'utf8');
const partBytes = 32;

/** In the order in which they are hashed. */
export const parts = { boxNonce: 0, agentNonce: 1, boxHash: 2, agentHash: 3 } as const;
export type Part = keyof typeof parts;

/** The six digits, a million a second: for whoever tries. `pairing.ts` is what our sides use; a test compares both. */
export class Grinder {
  readonly #bytes = Buffer.alloc(4 + label.length + 4 * (4 + partBytes));

  constructor() {
    this.#bytes.writeUInt32BE(label.length);
    label.copy(this.#bytes, 4);
    for (const at of Object.values(parts)) this.#bytes.writeUInt32BE(partBytes, this.#offset(at) - 4);
  }

  set(pair: Record<Part, string>): this {
    for (const [part, at] of Object.entries(parts))
      this.#bytes.write(pair[part as Part], this.#offset(at), partBytes, 'hex');
    return this;
  }

  /** With this in place of a part. */
  digits(part: Part, hex: string): number {
    this.#bytes.write(hex, this.#offset(parts[part]), partBytes, 'hex');
    return this.#now();
  }

  /** The n-th nonce of a search: zeros and a number. */
  numbered(part: Part, number: number): number {
    this.#bytes.fill(0, this.#offset(parts[part]), this.#offset(parts[part]) + partBytes - 4);
    this.#bytes.writeUInt32BE(number, this.#offset(parts[part]) + partBytes - 4);
    return this.#now();
  }

  #now(): number {
    const sum = hash('sha256', this.#bytes, 'buffer');
    return Number(sum.readBigUInt64BE(0) % 1_000_000n);
  }

  #offset(part: number): number {
    return 4 + label.length + part * (4 + partBytes) + 4;
  }
}

export const numberedNonce = (number: number): string =>
  number
    .toString(16)
    .padStart(8, '0')
    .padStart(2 * partBytes, '0');
