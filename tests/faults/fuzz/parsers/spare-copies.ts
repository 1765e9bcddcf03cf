/** The copy beside the database, as a card gives it back: damage costs what it hit, and is noticed. */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import {
  encodeFrame,
  type Frame,
  readFrames,
  spareHeader,
} from '../../../../appliance/store/recovery/spare-form.ts';
import type { FuzzedParser } from '../parser.ts';

const frameHead = 12;
const key = (text: string) => Buffer.from(text, 'latin1');
const changes: Frame['changes'] = [
  { kind: 'value', key: key('r/users/marie'), value: Buffer.from('{"name":"Marie"}') },
  { kind: 'sum', key: key('b\x00\x01\x02'), crc: 0xdeadbeef, spanMs: 3_600_000 },
  { kind: 'del', key: key('s/old') },
];

export const spareCopies: FuzzedParser = {
  about: 'the copy beside the database',
  sources: ['appliance/store/recovery/spare-form.ts'],
  leftOut: ['encodeFrame'],
  seeds() {
    const frames = [
      encodeFrame({ seq: 7, anew: true, more: true, changes }),
      encodeFrame({ seq: 7, anew: false, more: false, changes: changes.slice(1) }),
      encodeFrame({ seq: 8, anew: false, more: false, changes: [] }),
    ];
    const all = [spareHeader, ...frames];
    const torn = [...all, Buffer.alloc(64), frames[2]!, Buffer.alloc(40)];
    return [all, all.slice(0, 2), torn].map((parts) => new Uint8Array(Buffer.concat(parts)));
  },
  parse(input) {
    const { frames, end } = readFrames(Buffer.from(input));
    assert.ok(end <= Math.max(input.length, spareHeader.length));
    for (const { seq, changes } of frames) {
      assert.ok(Number.isSafeInteger(seq) && seq >= 0);
      for (const change of changes) assert.ok(change.key.length <= input.length);
    }
  },
  isRefusal: () => false,
  mend: withChecksums,
};

/** Every frame that its length still fits gets the checksum of what is in it now. */
function withChecksums(input: Uint8Array): Uint8Array {
  const bytes = Buffer.from(input);
  let at = bytes.indexOf('NMSF');
  while (at >= 0 && at + frameHead <= bytes.length) {
    const end = at + frameHead + bytes.readUInt32BE(at + 4);
    if (end <= bytes.length) {
      const sum = crc32(bytes.subarray(at + frameHead, end), crc32(bytes.subarray(at, at + 8)));
      bytes.writeUInt32BE(sum, at + 8);
    }
    at = bytes.indexOf('NMSF', at + 4);
  }
  return new Uint8Array(bytes);
}
