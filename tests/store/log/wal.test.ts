import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bodiesOf,
  encodeGroup,
  scanSegment,
  segmentHeader,
  segmentName,
  segmentNumber,
} from '../../../appliance/store/log/wal.ts';

const body = (text: string) => Buffer.from(text);
const group = (...texts: string[]) => Buffer.concat(encodeGroup(texts.map(body)));
const textsOf = (bytes: Buffer) =>
  scanSegment(bytes).groups.map((one) => bodiesOf(one).map((part) => Buffer.from(part).toString()));

test('a segment gives back its groups and their bodies', () => {
  const bytes = Buffer.concat([segmentHeader, group('one', 'two'), group(''), group('x'.repeat(300))]);
  assert.deepEqual(textsOf(bytes), [['one', 'two'], [''], ['x'.repeat(300)]]);
  const { end, tornBytes, damagedBytes } = scanSegment(bytes);
  assert.deepEqual({ end, tornBytes, damagedBytes }, { end: bytes.length, tornBytes: 0, damagedBytes: 0 });
});

test('a segment that ends within its last group is torn there, at every length', () => {
  const whole = Buffer.concat([segmentHeader, group('one'), group('two and more')]);
  const lastAt = segmentHeader.length + group('one').length;
  for (let length = lastAt + 1; length < whole.length; length++) {
    const scan = scanSegment(whole.subarray(0, length));
    assert.equal(scan.groups.length, 1, `length ${length}`);
    assert.equal(scan.end, lastAt);
    assert.equal(scan.tornBytes, length - lastAt);
    assert.equal(scan.damagedBytes, 0);
  }
});

test('zeros behind the last group are torn, not damage', () => {
  const scan = scanSegment(Buffer.concat([segmentHeader, group('one'), Buffer.alloc(4096)]));
  assert.equal(scan.groups.length, 1);
  assert.equal(scan.tornBytes, 4096);
  assert.equal(scan.damagedBytes, 0);
});

test('a segment without its whole header is torn', () => {
  for (let length = 0; length < segmentHeader.length; length++) {
    const scan = scanSegment(segmentHeader.subarray(0, length));
    assert.deepEqual([scan.groups.length, scan.end, scan.tornBytes, scan.damagedBytes], [0, 0, length, 0]);
  }
});

test('a segment of which only the length of its header was kept is torn, one with more was whole once', () => {
  const scan = scanSegment(Buffer.alloc(segmentHeader.length));
  assert.deepEqual([scan.end, scan.tornBytes, scan.damagedBytes], [0, segmentHeader.length, 0]);
  assert.ok(scanSegment(Buffer.alloc(segmentHeader.length + 1)).damagedBytes > 0);
});

test('a flipped bit before a whole group is damage, and costs no other group', () => {
  const first = group('first');
  const whole = Buffer.concat([segmentHeader, first, group('second'), group('third')]);
  for (let bit = 0; bit < first.length * 8; bit++) {
    const hurt = Buffer.from(whole);
    const at = segmentHeader.length + (bit >> 3);
    hurt[at] = hurt[at]! ^ (1 << (bit & 7));
    const scan = scanSegment(hurt);
    assert.equal(scan.damagedBytes, first.length, `bit ${bit}`);
    assert.deepEqual(textsOf(hurt), [['second'], ['third']]);
  }
});

test('a whole last group with a wrong checksum is damage', () => {
  const whole = Buffer.concat([segmentHeader, group('first'), group('second')]);
  whole[whole.length - 1] = whole[whole.length - 1]! ^ 1;
  const scan = scanSegment(whole);
  assert.deepEqual([scan.groups.length, scan.damagedBytes, scan.tornBytes], [1, group('second').length, 0]);
});

test('names of segments are their numbers', () => {
  assert.equal(segmentNumber(segmentName(42)), 42);
  assert.equal(segmentNumber('0000000042.wal.damaged'), null);
  assert.ok(segmentName(9) < segmentName(10));
});
