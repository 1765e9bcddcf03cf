/** Whether a value matches the checksum that it carries. */
import { crc32 } from 'node:zlib';
import { aboutKeys, isBlockKey } from '../keys.ts';

/** Behind a version byte and a CRC there is JSON. */
const checked = new Set([...'djmqrsx'].map((prefix) => prefix.charCodeAt(0)));

export function isValueWhole(key: Buffer, value: Buffer): boolean {
  if (key.equals(aboutKeys.birth)) return /^[0-9a-f]{32}$/.test(value.toString('latin1'));
  if (isBlockKey(key)) {
    const end = value.length - 4;
    return end > 0 && crc32(value.subarray(0, end)) === value.readUInt32BE(end);
  }
  if (!checked.has(key[0]!)) return true;
  return value.length > 5 && crc32(value.subarray(5)) === value.readUInt32BE(1);
}
