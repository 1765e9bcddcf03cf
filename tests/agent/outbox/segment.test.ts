import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 as zlibs } from 'node:zlib';
import fc from 'fast-check';
import { crc32 } from '../../../agent/outbox/crc.ts';
import { encodeHead, headBytes } from '../../../agent/outbox/segment.ts';
import { SegmentContent } from '../../../agent/outbox/segment-content.ts';
import { SegmentEncoder } from '../../../agent/outbox/segment-encoder.ts';
import type { Series } from '../../../appliance/protocol/series.ts';
import type { Tick } from '../../../appliance/protocol/ticks.ts';
import { generateHost } from '../../bench/trace.ts';

const run = 'ab'.repeat(16);
const seriesOf = (width: number): Series[] =>
  Array.from({ length: width }, (_, index) => ({
    name: `x:${index}`,
    unit: 'By',
    scale: 1,
    kind: 'counter',
  }));
const tick = (seq: number, width = 3): Tick => ({
  ...{ seq, runMs: seq * 5000 },
  values: Array.from({ length: width }, (_, index) => (seq % 7 === index ? undefined : seq * 10 + index)),
});
const pair = (runMs: number, sleptMs = 0) => ({ runMs, wallMs: 1e12 + runMs, synchronised: true, sleptMs });

function bytesOf(batches: readonly (readonly Tick[])[], width = 3): Buffer {
  const encoder = new SegmentEncoder();
  const rest = { series: seriesOf(width), clocks: [], losses: [] };
  return Buffer.concat([
    encodeHead(run, batches[0]?.[0]),
    ...batches.map((ticks) => encoder.encode({ ticks, ...rest })),
  ]);
}

test('its checksum is the usual one', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => crc32(bytes) === zlibs(bytes)));
});

test('whatever was written is read again: ticks, series, clocks and reports of losses', () => {
  const step = fc.record({ skip: fc.nat(3), count: fc.integer({ min: 1, max: 90 }), wider: fc.nat(2) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
      const encoder = new SegmentEncoder();
      const parts: Uint8Array[] = [encodeHead(run)];
      const all: Tick[] = [];
      let [seq, width] = [0, 1];
      for (const { skip, count, wider } of steps) {
        seq += skip;
        width += wider;
        const ticks = Array.from({ length: count }, () => tick(seq++, width));
        all.push(...ticks);
        parts.push(encoder.encode({ ticks, series: seriesOf(width), clocks: [], losses: [] }));
      }
      const content = new SegmentContent(Buffer.concat(parts));
      assert.equal(content.run, run);
      assert.deepEqual(content.series, seriesOf(width));
      const read = [...content.ticks()];
      assert.deepEqual(
        read.map(({ seq, runMs }) => [seq, runMs]),
        all.map(({ seq, runMs }) => [seq, runMs]),
      );
      for (const [at, { values }] of all.entries())
        for (const [index, value] of values.entries()) assert.equal(read[at]!.values[index], value);
      assert.deepEqual(content.gaps, []);
      assert.equal(content.toMs, all.at(-1)!.runMs);
    }),
    { numRuns: 40 },
  );
  const loss = { run, first: 3, last: 9, fromMs: 5, toMs: 8, synchronised: true, why: 'disk' as const };
  const encoder = new SegmentEncoder();
  const clocks = [pair(1), pair(9, 4)];
  const one = encoder.encode({ ticks: [], series: [], clocks: [pair(1)], losses: [] });
  const two = encoder.encode({ ticks: [], series: [], clocks, losses: [loss] });
  const content = new SegmentContent(Buffer.concat([encodeHead(run), one, two]));
  assert.deepEqual([content.clocks, content.losses], [clocks, [loss]]);
});

test('a week of what a machine measures has room many times over', () => {
  const { series, times, columns } = generateHost(3, 2);
  const encoder = new SegmentEncoder();
  const named = series.map((one) => ({ ...one, unit: '1' }));
  let bytes = 0;
  for (let at = 0; at + 6 <= times.length; at += 6) {
    const ticks = Array.from({ length: 6 }, (_, index) => ({
      ...{ seq: at + index, runMs: (at + index) * 5000 },
      values: columns.map((column) => (Number.isNaN(column[at + index]) ? undefined : column[at + index])),
    }));
    bytes += encoder.encode({ ticks, series: named, clocks: [], losses: [] }).length;
  }
  const week = (bytes / times.length) * 7 * 17_280;
  assert.ok(week < 16e6, `${Math.round(week / 1e6)} MB`);
});

test('a torn end costs only what was torn', () => {
  const ticks = Array.from({ length: 6 }, (_, seq) => tick(seq));
  const whole = bytesOf([ticks.slice(0, 3), ticks.slice(3)]);
  const firstTwo = bytesOf([ticks.slice(0, 3)]).length;
  for (let length = firstTwo; length < whole.length; length++) {
    const { spans, gaps } = new SegmentContent(whole.subarray(0, length));
    assert.deepEqual(spans, [[0, 2]]);
    assert.ok(gaps.every(({ first, last }) => first === 3 && last === undefined));
  }
});

test('a bit that flips costs one chain of ticks at most, and its range has a name', () => {
  const batches = Array.from({ length: 60 }, (_, batch) =>
    Array.from({ length: 6 }, (_, at) => tick(batch * 6 + at)),
  );
  const whole = bytesOf(batches);
  fc.assert(
    fc.property(fc.integer({ min: headBytes, max: whole.length - 1 }), fc.nat(7), (at, bit) => {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1 << bit;
      const content = new SegmentContent(damaged);
      const read = [...content.ticks()];
      for (const one of read) assert.deepEqual(one, tick(one.seq));
      const seen = new Set(read.map(({ seq }) => seq));
      assert.ok(seen.size < 360);
      for (let seq = 0; seq < 360; seq++) {
        const named = content.gaps.some(({ first, last = 359 }) => seq >= first && seq <= last);
        assert.notEqual(seen.has(seq), named, `tick ${seq}`);
      }
    }),
    { numRuns: 200 },
  );
});

test('a head that is not whole is no segment', () => {
  const whole = bytesOf([[tick(0)]]);
  for (const length of [0, 3, headBytes - 1])
    assert.equal(new SegmentContent(whole.subarray(0, length)).run, undefined);
  whole[7]! ^= 1;
  assert.equal(new SegmentContent(whole).run, undefined);
});

test('a record of ticks that nobody wrote is a gap, although its checksum holds', () => {
  const [whole, next] = [bytesOf([[tick(0), tick(1)]]), bytesOf([[tick(64), tick(65)]])];
  const dictionary = whole.readUInt32BE(headBytes) + 8;
  const after = next.subarray(headBytes + dictionary);
  // Of no tick at all; and of two, of which the second is cut off.
  for (const record of [
    Buffer.from([2, 1, 3, 2, 0, 1, 1]),
    whole.subarray(headBytes + dictionary + 8, whole.length - 1),
  ]) {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(record.length);
    head.writeUInt32BE(zlibs(record), 4);
    const content = new SegmentContent(
      Buffer.concat([whole.subarray(0, headBytes + dictionary), head, record, after]),
    );
    assert.deepEqual(
      [...content.ticks()].map(({ seq }) => seq).filter((seq) => seq > 1),
      [64, 65],
    );
    for (const [first, last] of content.spans) assert.ok(last >= first);
  }
});
