/** Files that somebody restores as a backup: believed only as far as they were checked. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';
import { Failure } from '../../../../appliance/runtime/errors.ts';
import { cipherOf, deriveKey } from '../../../../appliance/store/client/backup/cipher.ts';
import {
  type Ending,
  formatVersion,
  frameAround,
  frameHead,
  frameTail,
  frameTypes,
  isEncrypted,
  type Manifest,
  magic,
} from '../../../../appliance/store/client/backup/format.ts';
import { readBackup } from '../../../../appliance/store/client/backup/reader.ts';
import type { FuzzedParser } from '../parser.ts';

const passphrase = 'correct horse';
const cheap = { log2N: 10, r: 1, p: 1 };
const salt = Buffer.alloc(16, 3);
const prefix = Buffer.alloc(8, 4);
const names = ['reader', 'byte-source', 'cipher', 'format'];

export const backupFiles: FuzzedParser = {
  about: 'backup files',
  sources: names.map((name) => `appliance/store/client/backup/${name}.ts`),
  leftOut: ['seal'],
  seeds: () => Promise.all([backup(false), backup(true)]),
  async parse(input) {
    let entries = 0;
    for await (const section of readBackup({ source: pieces(input), passphrase: () => given(input) }))
      if (section.type === 'entries') entries += section.entries.length;
      else if (section.type === 'end') assert.equal(section.ending.entries, entries);
  },
  isRefusal: (error) => error instanceof Failure && ['BAD_REQUEST', 'FORBIDDEN'].includes(error.code),
  mend: withChecksums,
};

/** What is dear would take the whole time; that it is bounded, a unit test shows. */
async function given(input: Uint8Array): Promise<string | null> {
  const [log2N = 0, r = 0, p = 0] = input.subarray(magic.length + 2);
  return log2N <= cheap.log2N && r <= 2 && p <= 2 ? passphrase : null;
}

async function* pieces(input: Uint8Array): AsyncGenerator<Uint8Array> {
  const middle = (input[20] ?? 0) % 64;
  yield input.subarray(0, middle);
  yield input.subarray(middle);
}

/** Contents are stored, not deflated, so that mutations reach what is in them. */
async function backup(encrypted: boolean): Promise<Uint8Array> {
  const { log2N, r, p } = cheap;
  const more = encrypted ? [Buffer.from([log2N, r, p]), salt, prefix] : [];
  const head = Buffer.concat([magic, Buffer.from([formatVersion, encrypted ? isEncrypted : 0]), ...more]);
  const whole = Buffer.concat([head, Buffer.alloc(4)]);
  whole.writeUInt32BE(crc32(head), head.length);
  const key = await deriveKey(passphrase, { ...cheap, salt });
  const cipher = encrypted ? cipherOf(key, prefix, whole) : null;
  const parts: Buffer[] = [whole];
  const add = (type: keyof typeof frameTypes, content: Uint8Array) => {
    const packed = deflateRawSync(content, { level: 0 });
    parts.push(frameAround(type, cipher?.seal(parts.length - 1, frameTypes[type], packed) ?? packed));
  };
  add('manifest', Buffer.from(JSON.stringify(manifest)));
  // A key of three bytes, a value of two.
  add('entries', Buffer.from([3, 1, 2, 3, 2, 4, 5]));
  add('log', Buffer.from([1, 9, 8, 7]));
  const sha256 = createHash('sha256').update(Buffer.concat(parts)).digest('hex');
  add('end', Buffer.from(JSON.stringify({ ...ending, sha256 } satisfies Ending)));
  return new Uint8Array(Buffer.concat(parts));
}

const manifest: Manifest = {
  ...{ madeMs: 1_700_000_000_000, trusted: true, version: '0.1.0', birth: 'ab'.repeat(16) },
  ...{ diskBytes: 1, secrets: false, machines: 1, journal: { id: 1, hash: 'cd'.repeat(32) } },
};
const ending = { entries: 1, bytes: 5, logBytes: 3, leftOut: { users: 1 }, damaged: 0 };

/** The head and every frame that its length still fits get the checksum of what is in them now. */
function withChecksums(input: Uint8Array): Uint8Array {
  const bytes = Buffer.from(input);
  let at = magic.length + 2 + (bytes[magic.length + 1] === isEncrypted ? 27 : 0);
  if (at + 4 > bytes.length) return input;
  bytes.writeUInt32BE(crc32(bytes.subarray(0, at)), at);
  at += 4;
  while (at + frameHead + frameTail <= bytes.length) {
    const end = at + frameHead + bytes.readUInt32BE(at + 1);
    if (end + frameTail > bytes.length) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(at, end)), end);
    at = end + frameTail;
  }
  return new Uint8Array(bytes);
}
