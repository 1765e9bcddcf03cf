/** Encryption of a backup: a key from a passphrase by scrypt, each frame by AES-256-GCM at its own number. */
import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto';

export const saltBytes = 16;
export const prefixBytes = 8;
const tagBytes = 16;

export type Derivation = { log2N: number; r: number; p: number; salt: Uint8Array };

export function deriveKey(passphrase: string, { log2N, r, p, salt }: Derivation): Promise<Buffer> {
  const cost = { N: 2 ** log2N, r, p, maxmem: 256 * r * 2 ** log2N };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

export type Cipher = {
  seal(frame: number, type: number, content: Uint8Array): Buffer;
  /** Null when the key is not the one, or a byte is not the one that was written. */
  open(frame: number, type: number, body: Uint8Array): Buffer | null;
};

/** `head` is authenticated with each frame, so that no frame fits into another backup. */
export function cipherOf(key: Uint8Array, prefix: Uint8Array, head: Uint8Array): Cipher {
  const ivOf = (frame: number) => {
    const iv = Buffer.alloc(12);
    iv.set(prefix);
    iv.writeUInt32BE(frame, prefixBytes);
    return iv;
  };
  const aadOf = (type: number) => Buffer.concat([head, Buffer.from([type])]);
  return {
    seal(frame, type, content) {
      const cipher = createCipheriv('aes-256-gcm', key, ivOf(frame)).setAAD(aadOf(type));
      return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
    },
    open(frame, type, body) {
      if (body.length < tagBytes) return null;
      const content = body.subarray(0, body.length - tagBytes);
      const decipher = createDecipheriv('aes-256-gcm', key, ivOf(frame)).setAAD(aadOf(type));
      decipher.setAuthTag(body.subarray(body.length - tagBytes));
      try {
        return Buffer.concat([decipher.update(content), decipher.final()]);
      } catch {
        // The tag does not fit: that is the answer.
        return null;
      }
    },
  };
}
