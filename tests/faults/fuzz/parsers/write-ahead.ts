/** Segments of the write-ahead log: damage costs what it hit and nothing else, whatever it looks like. */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import { encodeBatch } from '../../../../appliance/store/client/append.ts';
import {
  bodiesOf,
  encodeGroup,
  encodeHeader,
  groupHead,
  pageBytes,
  pageFrom,
  scanSegment,
  stateAt,
} from '../../../../appliance/store/log/wal.ts';
import type { FuzzedParser } from '../parser.ts';
import { sampleTicks } from './seeds.ts';

const segment = 5;

export const writeAhead: FuzzedParser = {
  about: 'segments of the write-ahead log',
  sources: ['appliance/store/log/wal.ts'],
  leftOut: ['encodeGroup', 'encodeHeader', 'segmentName', 'segmentNumber'],
  seeds() {
    const entry = { machine: 3, run: 'c4'.repeat(16), wallAtZeroMs: 1_700_000_000_000, trusted: true };
    const body = encodeBatch([{ ...entry, ticks: sampleTicks(9, 6) }]);
    const groups = [[body, body], [body], [new Uint8Array(0)]].map((bodies, index) =>
      encodeGroup({ segment, index }, bodies),
    );
    const paged = [encodeHeader({ number: segment, size: 4 * pageBytes }), ...groups].map((part) =>
      Buffer.concat([part], pageFrom(part.length)),
    );
    return [new Uint8Array(paged[0]!), new Uint8Array(Buffer.concat(paged))];
  },
  parse(input) {
    const bytes = Buffer.from(input);
    const scan = scanSegment(bytes, segment);
    const whole = scan.groups.reduce((sum, group) => sum + group.length + groupHead, 0);
    assert.ok(scan.damagedBytes >= 0 && scan.tornBytes >= 0);
    assert.ok(whole + scan.tornBytes <= bytes.length);
    // A group is whole by its checksum; what stands in it can still be wrong, and is refused then.
    for (const group of scan.groups) bodiesOf(group);
  },
  isRefusal: (error) => error instanceof Malformed,
  mend: withChecksums,
};

/** Every group that its length still fits gets the checksum of what is in it now, and the header too. */
function withChecksums(input: Uint8Array): Uint8Array {
  const bytes = Buffer.from(input);
  if (bytes.length > stateAt) bytes.writeUInt32BE(crc32(bytes.subarray(0, 18)), 18);
  for (let at = pageBytes; at + groupHead <= bytes.length; at += pageBytes) {
    const end = at + groupHead + bytes.readUInt32BE(at + 14);
    if (end > bytes.length) continue;
    const sum = crc32(bytes.subarray(at + groupHead, end), crc32(bytes.subarray(at, at + 18)));
    bytes.writeUInt32BE(sum, at + 18);
  }
  return new Uint8Array(bytes);
}
