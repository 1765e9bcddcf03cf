import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bodiesOf,
  encodeGroup,
  encodeHeader,
  freeState,
  pageBytes,
  pageFrom,
  readSegmentHeader,
  scanSegment,
  segmentName,
  segmentNumber,
  stateAt,
} from '../../../appliance/store/log/wal.ts';

const body = (text: string) => Buffer.from(text);
const size = 16 * pageBytes;

/** A segment as it is written: over whatever the file has held before. */
function segment(number: number, groups: readonly string[][], before: Buffer = Buffer.alloc(size)): Buffer {
  const bytes = Buffer.from(before);
  encodeHeader({ number, size }).copy(bytes);
  let at = pageBytes;
  for (const [index, texts] of groups.entries()) {
    const group = encodeGroup({ segment: number, index }, texts.map(body));
    group.copy(bytes, at);
    at = pageFrom(at + group.length);
  }
  return bytes;
}

const textsOf = (bytes: Buffer, number: number) =>
  scanSegment(bytes, number).groups.map((one) => bodiesOf(one).map((part) => Buffer.from(part).toString()));
const large = 'x'.repeat(9000);
const whole = [['one', 'two'], [''], [large], ['last']];

test('a segment gives back its groups and their bodies', () => {
  const bytes = segment(7, whole);
  assert.deepEqual(textsOf(bytes, 7), whole);
  const { starts, end, tornBytes, damagedBytes } = scanSegment(bytes, 7);
  assert.deepEqual(
    starts,
    [1, 2, 3, 6].map((page) => page * pageBytes),
  );
  assert.deepEqual({ end, tornBytes, damagedBytes }, { end: 7 * pageBytes, tornBytes: 0, damagedBytes: 0 });
});

test('what a file has held before is not of its new segment, wherever it stands', () => {
  const before = segment(3, whole);
  assert.deepEqual(textsOf(segment(4, [], before), 4), []);
  for (const groups of [[['a']], [['a'], [large]], [['a'], ['b'], ['c'], ['d'], ['e'], ['f']]]) {
    const bytes = segment(4, groups, before);
    const { tornBytes, damagedBytes } = scanSegment(bytes, 4);
    assert.deepEqual([textsOf(bytes, 4), tornBytes, damagedBytes], [groups, 0, 0]);
  }
});

test('a group that was cut while it was written is torn, at every page, and costs no other group', () => {
  const before = segment(3, [...whole, ...whole]);
  const done = segment(4, [['one'], ['y'.repeat(9000)]], before);
  for (let page = 3; page < 5; page++) {
    const bytes = Buffer.concat([done.subarray(0, page * pageBytes), before.subarray(page * pageBytes)]);
    const scan = scanSegment(bytes, 4);
    assert.deepEqual([textsOf(bytes, 4), scan.end, scan.damagedBytes], [[['one']], 2 * pageBytes, 0]);
    assert.ok(scan.tornBytes > large.length);
  }
});

test('a flipped bit before a whole group is damage, and costs no other group', () => {
  const length = encodeGroup({ segment: 1, index: 0 }, [body('first')]).length;
  const bytes = segment(1, [['first'], ['second'], ['third']]);
  for (let bit = 0; bit < length * 8; bit++) {
    const hurt = Buffer.from(bytes);
    const at = pageBytes + (bit >> 3);
    hurt[at] = hurt[at]! ^ (1 << (bit & 7));
    assert.equal(scanSegment(hurt, 1).damagedBytes, pageBytes, `bit ${bit}`);
    assert.deepEqual(textsOf(hurt, 1), [['second'], ['third']]);
  }
});

test('a header that cannot be read and a file that is shorter than it was are damage, and what is left is read', () => {
  const bytes = segment(1, [['first'], ['second']]);
  for (let bit = 0; bit < stateAt * 8; bit++) {
    const hurt = Buffer.from(bytes);
    hurt[bit >> 3] = hurt[bit >> 3]! ^ (1 << (bit & 7));
    assert.ok(scanSegment(hurt, 1).damagedBytes > 0, `bit ${bit}`);
    assert.equal(textsOf(hurt, 1).length, 2);
  }
  for (const length of [0, 10, pageBytes, 2 * pageBytes, size - 1]) {
    const scan = scanSegment(bytes.subarray(0, length), 1);
    assert.ok(scan.damagedBytes > 0, `length ${length}`);
    assert.equal(scan.groups.length, length === size - 1 ? 2 : length === 2 * pageBytes ? 1 : 0);
  }
});

test('a segment is given up by one byte, which no flipped bit makes', () => {
  const header = encodeHeader({ number: 5, size });
  assert.deepEqual(readSegmentHeader(header), { number: 5, size, isFree: false });
  for (let bit = 0; bit < 8; bit++) {
    const hurt = Buffer.from(header);
    hurt[stateAt] = hurt[stateAt]! ^ (1 << bit);
    assert.equal(readSegmentHeader(hurt)!.isFree, false);
  }
  freeState.copy(header, stateAt);
  assert.deepEqual(readSegmentHeader(header), { number: 5, size, isFree: true });
});

test('names of segments are their numbers', () => {
  assert.equal(segmentNumber(segmentName(42)), 42);
  assert.equal(segmentNumber('0000000042.wal.damaged'), null);
  assert.equal(segmentNumber('0000000042.wal.new'), null);
  assert.ok(segmentName(9) < segmentName(10));
});
