import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { ByteWriter } from '../../../appliance/protocol/bytes.ts';
import type { Tick } from '../../../appliance/protocol/ticks.ts';
import {
  type BlockOrigin,
  BlockWriter,
  openBlock,
  readColumns,
  readTicks,
  readTimes,
  seriesOf,
} from '../../../appliance/store/blocks/block.ts';
import { tableOf } from '../../../appliance/store/blocks/table.ts';
import { Room } from '../../../appliance/store/codec/room.ts';
import { Random } from '../../bench/random.ts';
import { generateHost } from '../../bench/trace.ts';
import { repository } from '../../helpers/programs.ts';
import { contentsOf } from './record-blocks.ts';

const encodeBlock = (from: BlockOrigin, ticks: readonly Tick[]) =>
  new BlockWriter().write(from, tableOf(ticks));

const bound = 2 ** 51 - 1;
const value = fc.option(
  fc.oneof(fc.constant(0), fc.integer({ min: -200, max: 200 }), fc.integer({ min: -bound, max: bound })),
  { nil: undefined },
);
const origin = fc.record({
  machine: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  run: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  wallAtZeroMs: fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
  trusted: fc.boolean(),
});
const someTicks: fc.Arbitrary<Tick[]> = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 40 }), fc.integer({ min: 1, max: 20 }))
  .chain(([first, width]) =>
    fc
      .array(
        fc.record({
          skip: fc.integer({ min: 0, max: 3 }),
          runMs: fc.integer({ min: 0, max: 2 ** 42 }),
          values: fc.array(value, { maxLength: width }),
        }),
        { minLength: 1, maxLength: 40 },
      )
      .map((steps) => {
        let seq = first;
        return steps.map(({ skip, runMs, values }) => {
          seq += 1 + skip;
          return { seq, runMs, values };
        });
      }),
  );

test('a block gives back every tick as it was', () => {
  fc.assert(
    fc.property(origin, someTicks, (from, ticks) => {
      const block = openBlock(encodeBlock(from, ticks));
      const { machine, run, wallAtZeroMs, trusted, count } = block.header;
      assert.deepEqual({ machine, run, wallAtZeroMs, trusted }, { ...from });
      assert.equal(count, ticks.length);
      assert.equal(block.header.firstSeq, ticks[0]!.seq);
      assert.equal(block.header.lastSeq, ticks.at(-1)!.seq);
      const { seqs, times } = readTicks(block);
      assert.deepEqual(
        [...seqs],
        ticks.map((tick) => tick.seq),
      );
      assert.deepEqual(
        [...times],
        ticks.map((tick) => wallAtZeroMs + tick.runMs),
      );
      const width = Math.max(...ticks.map((tick) => tick.values.length));
      const columns = readColumns(block, [...Array(width).keys()]);
      for (let index = 0; index < width; index++) {
        const wanted = ticks.map((tick) => tick.values[index] ?? Number.NaN);
        const found = columns[index];
        if (found === null || found === undefined) assert.ok(wanted.every(Number.isNaN));
        else assert.deepEqual([...found], wanted);
      }
    }),
    { numRuns: 200 },
  );
});

test('a counter that grows steadily costs less than a byte a value', () => {
  const ticks = Array.from({ length: 720 }, (_, seq) => ({
    seq,
    runMs: seq * 5000,
    values: [seq * 123_457],
  }));
  const bytes = encodeBlock({ machine: 1, run: '0'.repeat(32), wallAtZeroMs: 0, trusted: true }, ticks);
  assert.ok(bytes.length < 720 / 4, `${bytes.length} bytes`);
});

test('one wanted series is read without the others of its machine', () => {
  const values = Array.from({ length: 30 }, (_, index) => index * 10);
  const ticks = [{ seq: 0, runMs: 0, values }];
  const block = openBlock(
    encodeBlock({ machine: 1, run: '0'.repeat(32), wallAtZeroMs: 0, trusted: true }, ticks),
  );
  assert.equal(seriesOf(block).length, 30);
  assert.deepEqual(
    readColumns(block, [29, 3, 77]).map((column) => column?.[0] ?? null),
    [290, 30, null],
  );
});

test('a flipped bit anywhere in a block is noticed', () => {
  const ticks = Array.from({ length: 50 }, (_, seq) => ({
    seq,
    runMs: seq * 5000,
    values: [seq, 7, undefined],
  }));
  const whole = encodeBlock({ machine: 9, run: 'f'.repeat(32), wallAtZeroMs: 5, trusted: false }, ticks);
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const hurt = Buffer.from(whole);
    hurt[bit >> 3] = hurt[bit >> 3]! ^ (1 << (bit & 7));
    assert.throws(() => openBlock(hurt), RangeError);
  }
});

test('a block cut short at any length is noticed', () => {
  const ticks = [{ seq: 3, runMs: 15, values: [1, 2, 3] }];
  const whole = encodeBlock({ machine: 9, run: 'f'.repeat(32), wallAtZeroMs: 5, trusted: false }, ticks);
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => openBlock(whole.subarray(0, length)), RangeError);
  }
});

function assertSame(ticks: readonly Tick[], from: BlockOrigin): void {
  const block = openBlock(encodeBlock(from, ticks));
  const { seqs, times } = readTicks(block);
  assert.deepEqual(
    [...seqs],
    ticks.map((tick) => tick.seq),
  );
  assert.deepEqual(
    [...times],
    ticks.map((tick) => from.wallAtZeroMs + tick.runMs),
  );
  const columns = readColumns(block, [...Array(ticks[0]!.values.length).keys()]);
  for (const [index, column] of columns.entries()) {
    assert.deepEqual(
      column === null ? ticks.map(() => Number.NaN) : [...column],
      ticks.map((tick) => tick.values[index] ?? Number.NaN),
      `series ${index}`,
    );
  }
}

const someone = { machine: 1, run: '0'.repeat(32), wallAtZeroMs: 1.5e12, trusted: true };

test('an hour of a host comes back, in less than half a byte a value', () => {
  const { times, columns } = generateHost(3, 1);
  const ticks = [...times].map((time, at) => ({
    seq: at,
    runMs: time - times[0]!,
    values: columns.map((column) => column[at]!),
  }));
  assertSame(ticks, someone);
  const bytes = encodeBlock(someone, ticks).length;
  assert.ok(bytes < ticks.length * columns.length * 0.5, `${bytes} bytes`);
});

test('500 series, ticks that arrive late, gaps and holes come back', () => {
  const random = new Random(11);
  let seq = 0;
  const ticks = Array.from({ length: 60 }, (_, at) => {
    seq += random.chance(0.1) ? 9 : 1;
    const values = Array.from({ length: 500 }, (_, index) =>
      index % 7 === 3 || random.chance(0.05) ? undefined : Math.round(index * at + 100 * random.normal()) + 0,
    );
    return { seq, runMs: Math.round(5e6 * random.uniform()), values };
  });
  assertSame(ticks, someone);
});

test('one tick of one series, one that has no value at all, and a tick without series come back', () => {
  assertSame([{ seq: 2 ** 40, runMs: 2 ** 41, values: [bound] }], someone);
  assertSame([{ seq: 0, runMs: 0, values: [undefined, -bound] }], someone);
  assertSame([{ seq: 0, runMs: 0, values: [] }], someone);
});

test('a block of a version that is not known is refused', () => {
  const bytes = encodeBlock(someone, [{ seq: 0, runMs: 0, values: [1] }]);
  bytes[0] = 4;
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  assert.throws(() => openBlock(bytes), /version 4/);
});

for (const name of ['hour', 'late']) {
  test(`a recorded block of version 3 is read as it was then: ${name}`, () => {
    const file = join(repository, 'tests/fixtures/blocks-v3', name);
    const bytes = readFileSync(`${file}.block`);
    assert.equal(bytes[0], 3);
    assert.deepEqual(contentsOf(bytes), JSON.parse(readFileSync(`${file}.json`, 'utf8')));
  });
}

/** A block whose columns lean on each other in one chain. */
function chained(columns: number, count: number): Buffer {
  const out = new ByteWriter(4096);
  out.byte(3);
  out.byte(1);
  out.varint(1);
  out.bytes(new Uint8Array(16));
  out.f64(someone.wallAtZeroMs);
  for (const one of [count, 0, count - 1, 0]) out.varint(one);
  out.zigzag(0);
  for (const one of [1, 0, columns]) out.varint(one);
  const bodies = Array.from({ length: columns + 2 }, (_, at) => {
    const body = new ByteWriter(16);
    const leansOn = at - 1;
    if (at < 2 || leansOn === columns) for (const one of [0, 0]) body.byte(one);
    else {
      for (const one of [2, 0, 15 | 64]) body.byte(one);
      body.varint(leansOn);
      for (const one of [0, 2]) body.byte(one);
      body.bytes(new Uint8Array(count).fill(255));
    }
    return body.copy();
  });
  for (const body of bodies) out.varint(body.length);
  for (const body of bodies) out.bytes(body);
  out.u32(crc32(out.view()));
  return Buffer.from(out.view());
}

test('a chain of columns that nobody writes is not followed, and neither is one of too many ticks', () => {
  assert.deepEqual([...readColumns(openBlock(chained(16, 3)), [0])[0]!], [0, 0, 0]);
  assert.throws(() => readColumns(openBlock(chained(17, 3)), [0]), /too many others/);
  assert.equal(openBlock(chained(1, 1440)).header.count, 1440);
  assert.throws(() => openBlock(chained(1, 1441)), /a block of 1441 ticks/);
});

test('a block whose memory is used again gives the same, and what it handed out stays', () => {
  const room = new Room();
  const bytes = readFileSync(join(repository, 'tests/fixtures/blocks-v3/hour.block'));
  const wanted = [9, 3, 400];
  const once = readColumns(openBlock(bytes), wanted);
  const kept: (Float64Array | null)[][] = [];
  for (let turn = 0; turn < 3; turn++) {
    const block = openBlock(bytes, room);
    const times = readTimes(block);
    const found = readColumns(block, wanted);
    block.close(found);
    kept.push(found);
    room.give(times);
  }
  for (const found of kept) assert.deepEqual(found, once);
});
