import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteReader, ByteWriter } from '../../appliance/protocol/bytes.ts';
import { limits } from '../../appliance/protocol/limits.ts';
import { Malformed } from '../../appliance/protocol/malformed.ts';
import { type Tick, TickDecoder, TickEncoder } from '../../appliance/protocol/ticks.ts';

const value = fc.oneof(
  fc.constant(undefined),
  fc.integer({ min: -1000, max: 1000 }),
  fc.integer({ min: -limits.valueMagnitude, max: limits.valueMagnitude }),
  fc.constantFrom(0, limits.valueMagnitude, -limits.valueMagnitude),
);

/** Ticks as they come: any order of seq, a dictionary that only grows. */
const chain = fc
  .tuple(
    fc.integer({ min: 0, max: 40 }),
    fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 }),
  )
  .chain(([first, growth]) => {
    const widths = growth.map(
      (_, index) => first + growth.slice(0, index + 1).reduce((sum, more) => sum + more, 0),
    );
    return fc.tuple(
      ...widths.map((width) =>
        fc.record(
          {
            seq: fc.integer({ min: 0, max: limits.seqMagnitude }),
            runMs: fc.integer({ min: 0, max: limits.runMs }),
            values: fc.array(value, { minLength: width, maxLength: width }),
          },
          { noNullPrototype: true },
        ),
      ),
    );
  });

function encode(ticks: readonly Tick[]): Uint8Array {
  const out = new ByteWriter(8);
  const encoder = new TickEncoder();
  for (const tick of ticks) encoder.encode(out, tick);
  return out.copy();
}

test('every chain of ticks comes back as it was, whatever its values, gaps and order', () => {
  fc.assert(
    fc.property(chain, (ticks) => {
      const input = new ByteReader(encode(ticks));
      const decoder = new TickDecoder();
      for (const tick of ticks) assert.deepEqual(decoder.decode(input, tick.values.length), tick);
      input.end();
    }),
    { numRuns: 500 },
  );
});

test('an unchanged tick costs its bitmap and two numbers', () => {
  const values = Array.from({ length: 60 }, (_, index) => index * 1_000_003);
  const first = encode([{ seq: 7, runMs: 5_000, values }]);
  const both = encode([
    { seq: 7, runMs: 5_000, values },
    { seq: 8, runMs: 10_000, values },
  ]);
  assert.equal(both.length - first.length, 1 + 2 + 8);
});

test('an absent value is told apart from zero, and remembers its base', () => {
  const ticks: Tick[] = [
    { seq: 0, runMs: 0, values: [0, 500] },
    { seq: 1, runMs: 1, values: [undefined, undefined] },
    { seq: 2, runMs: 2, values: [0, 501] },
  ];
  const bytes = encode(ticks);
  const decoder = new TickDecoder();
  const input = new ByteReader(bytes);
  assert.deepEqual(
    ticks.map(() => decoder.decode(input, 2)),
    ticks,
  );
});

test('a chain that would leave the bounds is refused', () => {
  const out = new ByteWriter();
  out.zigzag(0);
  out.zigzag(0);
  out.byte(1);
  out.varint(2 ** 53 - 1);
  assert.throws(
    () => new TickDecoder().decode(new ByteReader(out.view()), 1),
    (error: unknown) => {
      return error instanceof Malformed && error.code === 'OUT_OF_RANGE' && error.path === 'values[0]';
    },
  );
});

test('a number that never ends is refused by the encoder, which would write it for ever', () => {
  for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 60])
    assert.throws(
      () => new TickEncoder().encode(new ByteWriter(8), { seq: 0, runMs: 0, values: [value] }),
      RangeError,
    );
});

test('bits behind the last series are refused', () => {
  const bytes = encode([{ seq: 0, runMs: 0, values: [1, 2, 3] }]);
  bytes[2] = bytes[2]! | 0b1000;
  assert.throws(() => new TickDecoder().decode(new ByteReader(bytes), 3), {
    code: 'OUT_OF_RANGE',
    path: 'bitmap',
  });
});

test('random and mutated bytes are decoded or refused, never anything else', () => {
  const decodeAll = (bytes: Uint8Array, width: number) => {
    const decoder = new TickDecoder();
    const input = new ByteReader(bytes);
    try {
      while (input.remaining > 0) {
        for (const found of decoder.decode(input, width).values) {
          assert.ok(found === undefined || Math.abs(found) <= limits.valueMagnitude);
        }
      }
    } catch (error) {
      assert.ok(error instanceof Malformed, String(error));
    }
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 70 }), (bytes, width) =>
      decodeAll(bytes, width),
    ),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(chain, fc.nat(), fc.integer({ min: 0, max: 255 }), (ticks, at, byte) => {
      const bytes = encode(ticks);
      bytes[at % bytes.length] = byte;
      decodeAll(bytes, ticks[0]!.values.length);
    }),
    { numRuns: 1000 },
  );
});
