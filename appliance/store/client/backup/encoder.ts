/** Makes the bytes of a backup, piece by piece. */
import { createHash, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';
import { ByteWriter } from '../../../protocol/bytes.ts';
import { type Cipher, cipherOf, deriveKey, prefixBytes, saltBytes } from './cipher.ts';
import {
  type Ending,
  type FrameType,
  formatVersion,
  frameAround,
  frameTypes,
  isEncrypted,
  type Manifest,
  magic,
  scryptCost,
} from './format.ts';

const deflate = promisify(deflateRaw);

export class BackupEncoder {
  /** The first bytes of the file. */
  readonly head: Buffer;
  readonly #cipher: Cipher | null;
  readonly #hash = createHash('sha256');
  #frames = 0;

  private constructor(head: Buffer, cipher: Cipher | null) {
    this.head = head;
    this.#cipher = cipher;
    this.#hash.update(head);
  }

  static async create(passphrase: string | null): Promise<BackupEncoder> {
    if (passphrase === null) return new BackupEncoder(headOf(0, Buffer.alloc(0)), null);
    const { log2N, r, p } = scryptCost;
    const salt = randomBytes(saltBytes);
    const prefix = randomBytes(prefixBytes);
    const head = headOf(isEncrypted, Buffer.concat([Buffer.from([log2N, r, p]), salt, prefix]));
    const key = await deriveKey(passphrase, { log2N, r, p, salt });
    return new BackupEncoder(head, cipherOf(key, prefix, head));
  }

  manifest(manifest: Manifest): Promise<Buffer> {
    return this.#frame('manifest', Buffer.from(JSON.stringify(manifest)));
  }

  entries(entries: readonly (readonly [Uint8Array, Uint8Array])[]): Promise<Buffer> {
    const out = new ByteWriter(4096);
    for (const [key, value] of entries) {
      out.varint(key.length);
      out.bytes(key);
      out.varint(value.length);
      out.bytes(value);
    }
    return this.#frame('entries', out.view());
  }

  log(segment: number, bytes: Uint8Array): Promise<Buffer> {
    const out = new ByteWriter(bytes.length + 8);
    out.varint(segment);
    out.bytes(bytes);
    return this.#frame('log', out.view());
  }

  end(ending: Omit<Ending, 'sha256'>): Promise<Buffer> {
    const whole: Ending = { ...ending, sha256: this.#hash.copy().digest('hex') };
    return this.#frame('end', Buffer.from(JSON.stringify(whole)));
  }

  async #frame(type: FrameType, content: Uint8Array): Promise<Buffer> {
    const packed = await deflate(content);
    const number = this.#frames++;
    const frame = frameAround(type, this.#cipher?.seal(number, frameTypes[type], packed) ?? packed);
    this.#hash.update(frame);
    return frame;
  }
}

function headOf(flags: number, more: Uint8Array): Buffer {
  const head = Buffer.concat([magic, Buffer.from([formatVersion, flags]), more, Buffer.alloc(4)]);
  head.writeUInt32BE(crc32(head.subarray(0, head.length - 4)), head.length - 4);
  return head;
}
