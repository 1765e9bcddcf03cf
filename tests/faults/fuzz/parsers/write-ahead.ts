/** Segments of the write-ahead log: damage costs what it hit and nothing else, whatever it looks like. */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import { encodeBatch } from '../../../../appliance/store/client/append.ts';
import { bodiesOf, encodeGroup, scanSegment, segmentHeader } from '../../../../appliance/store/log/wal.ts';
import type { FuzzedParser } from '../parser.ts';
import { sampleTicks } from './seeds.ts';

const groupHead = 12;

export const writeAhead: FuzzedParser = {
  about: 'segments of the write-ahead log',
  sources: ['appliance/store/log/wal.ts'],
  leftOut: ['encodeGroup', 'segmentName', 'segmentNumber'],
  seeds() {
    const entry = { machine: 3, run: 'c4'.repeat(16), wallAtZeroMs: 1_700_000_000_000, trusted: true };
    const body = encodeBatch([{ ...entry, ticks: sampleTicks(9, 6) }]);
    const groups = [[body, body], [body], [new Uint8Array(0)]].flatMap((bodies) => encodeGroup(bodies));
    return [new Uint8Array(segmentHeader), new Uint8Array(Buffer.concat([segmentHeader, ...groups]))];
  },
  parse(input) {
    const bytes = Buffer.from(input);
    const scan = scanSegment(bytes);
    const whole = scan.groups.reduce((sum, group) => sum + group.length + groupHead, 0);
    assert.ok(scan.end <= bytes.length && scan.damagedBytes >= 0 && scan.tornBytes >= 0);
    assert.ok(whole + scan.tornBytes <= bytes.length);
    // A group is whole by its checksum; what stands in it can still be wrong, and is refused then.
    for (const group of scan.groups) bodiesOf(group);
  },
  isRefusal: (error) => error instanceof Malformed,
  mend: withChecksums,
};

/** Every group that its length still fits gets the checksum of what is in it now. */
function withChecksums(input: Uint8Array): Uint8Array {
  const bytes = Buffer.from(input);
  let at = bytes.indexOf('NMGR');
  while (at >= 0 && at + groupHead <= bytes.length) {
    const end = at + groupHead + bytes.readUInt32BE(at + 4);
    if (end <= bytes.length) {
      const sum = crc32(bytes.subarray(at + groupHead, end), crc32(bytes.subarray(at, at + 8)));
      bytes.writeUInt32BE(sum, at + 8);
    }
    at = bytes.indexOf('NMGR', at + 4);
  }
  return new Uint8Array(bytes);
}
