/** JSON in the database behind a version byte and a checksum, because LevelDB gives back flipped bits unnoticed. */
import { crc32 } from 'node:zlib';
import type { Check } from '../../protocol/check.ts';
import { Failure } from '../../runtime/errors.ts';

const version = 1;
const head = 5;

export function encodeChecked(value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value), 'utf8');
  const out = Buffer.allocUnsafe(head + json.length);
  out[0] = version;
  out.writeUInt32BE(crc32(json), 1);
  json.copy(out, head);
  return out;
}

/** `what` names the value in the message of the failure. */
export function decodeChecked<T>(bytes: Buffer, what: string, check: Check<T>): T {
  if (bytes.length <= head || bytes[0] !== version) throw damaged(what, 'has an unknown form');
  const json = bytes.subarray(head);
  if (crc32(json) !== bytes.readUInt32BE(1)) throw damaged(what, 'does not match its checksum');
  try {
    return check(JSON.parse(json.toString('utf8')));
  } catch (error) {
    throw damaged(what, 'is not what this version writes', error);
  }
}

export const anyJson: Check<unknown> = (value) => value;

export function damaged(what: string, how: string, cause?: unknown): Failure {
  return new Failure(
    'STORE_DAMAGED',
    `${what} ${how}. Nothing was changed. Keep a copy of the store's state folder, then restore a backup, ` +
      'or move the folder away to begin with an empty store.',
    cause === undefined ? {} : { cause },
  );
}
