import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeColumn } from '../../../appliance/store/codec/column.ts';
import { ColumnsEncoder } from '../../../appliance/store/codec/columns.ts';
import { Models } from '../../../appliance/store/codec/models.ts';
import { Room } from '../../../appliance/store/codec/room.ts';
import type { Column } from '../../../appliance/store/codec/scaled.ts';
import { Random } from '../../bench/random.ts';

const bound = 2 ** 51 - 1;

/** Also which columns were decoded for each one. */
function decoded(
  columns: readonly Column[],
  models?: Models,
): { columns: Column[]; needed: number[]; bytes: number[] } {
  const encoded = new ColumnsEncoder().encode(
    columns.map((column, index) => ({ index, column })),
    models,
  );
  let needed = 0;
  const room = new Room();
  const decode = (index: number): ReturnType<typeof decodeColumn> => {
    needed++;
    const numbersOf = (other: number) => decode(other).numbers;
    return decodeColumn(encoded[index]!, columns[index]!.length, { numbersOf, room });
  };
  const counted = columns.map((_, index) => {
    needed = 0;
    return { column: decode(index).column, needed };
  });
  return {
    columns: counted.map(({ column }) => column),
    needed: counted.map((one) => one.needed),
    bytes: encoded.map(({ length }) => length),
  };
}

function assertLossless(columns: readonly Column[], models?: Models): ReturnType<typeof decoded> {
  const result = decoded(columns, models);
  for (const [index, column] of columns.entries()) {
    assert.deepEqual(
      [...result.columns[index]!].map((value) => value + 0),
      [...column].map((value) => value + 0),
      `column ${index}`,
    );
  }
  return result;
}

const from = (length: number, value: (at: number) => number): Column =>
  Float64Array.from({ length }, (_, at) => value(at));

test('columns of any numbers and gaps come back', () => {
  const value = fc.oneof(
    fc.constant(Number.NaN),
    fc.integer({ min: -50, max: 50 }),
    fc.integer({ min: -bound, max: bound }),
    fc.integer({ min: -1000, max: 1000 }).map((n) => n * 4096),
  );
  const column = fc.integer({ min: 1, max: 60 }).chain((length) =>
    fc.array(
      fc.array(value, { minLength: length, maxLength: length }).filter((one) => !one.every(Number.isNaN)),
      { minLength: 1, maxLength: 6 },
    ),
  );
  fc.assert(
    fc.property(column, (columns) => {
      assertLossless(columns.map((one) => Float64Array.from(one)));
    }),
    { numRuns: 200 },
  );
});

test('columns that follow from each other come back, with and without gaps and resets', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 24, max: 300 }), fc.boolean(), (seed, length, gaps) => {
      const random = new Random(seed);
      let total = 1e9;
      const counter = from(length, () => {
        total = random.chance(0.01) ? 0 : total + random.poisson(40);
        return total;
      });
      const a = from(length, () => Math.round(50 * random.normal()));
      const b = from(length, () => Math.round(5000 * random.normal()) * 4096);
      const absent = (column: Column) =>
        from(length, (at) => (gaps && random.chance(0.1) ? Number.NaN : column[at]!));
      const columns = [
        counter,
        absent(counter),
        from(length, (at) => 1000 - a[at]! - b[at]!),
        absent(a),
        b,
        from(length, (at) => Math.round(counter[at]! / 7)),
        from(length, (at) => counter[at]! * 310 + a[at]!),
      ];
      if (columns.some((column) => column.every(Number.isNaN))) return;
      assertLossless(columns);
    }),
    { numRuns: 60 },
  );
});

test('the largest numbers there are come back, in leaps from end to end too', () => {
  const columns = [
    from(100, (at) => (at % 2 === 0 ? bound : -bound)),
    from(100, (at) => (at % 3 === 0 ? Number.NaN : bound - at)),
    from(100, (at) => (at - 50) * 2 ** 44),
    from(100, (at) => (at % 2) * 2 ** 50),
    from(100, () => -bound),
    from(100, (at) => (at === 57 ? 0 : Number.NaN)),
  ];
  assertLossless(columns);
});

test('a column that is the sum, the rest or a copy of others costs nearly nothing', () => {
  const random = new Random(3);
  let wander = 1e6;
  const used = from(720, () => {
    wander += Math.round(300 * random.normal());
    return wander;
  });
  const cached = from(720, () => Math.round(4e5 + 2000 * random.normal()));
  const { bytes, needed } = assertLossless([
    used,
    cached,
    from(720, (at) => 4e6 - used[at]! - cached[at]!),
    used,
  ]);
  const dear = bytes.filter((length) => length > 60);
  assert.equal(dear.length, 2, `${bytes} bytes`);
  assert.ok(Math.max(...needed) <= 4, 'one series is read by decoding a few others at most');
});

test('what always steps alike costs a few bytes, and others may lean on it', () => {
  const random = new Random(9);
  const noise = from(400, () => Math.round(90 * random.normal()));
  const { bytes } = assertLossless([
    from(400, (at) => 17e8 + at * 5000),
    from(400, (at) => 99 - at * 3),
    from(2, (at) => at * 7),
    from(400, (at) => at * 5000 + noise[at]!),
    noise,
  ]);
  assert.ok(Math.max(...bytes.slice(0, 3)) < 10, `${bytes} bytes`);
});

test('one that leant on a series still does in the hour in which that one steps, up or down', () => {
  for (const direction of [1, -1]) {
    const random = new Random(12);
    const models = new Models(0.99);
    const block = (a: Column) => {
      const b = from(480, () => Math.round(900 * random.normal()));
      return assertLossless([a, b, from(480, (at) => 40 * a[at]! + 7 * b[at]!)], models);
    };
    block(from(480, () => Math.round(900 * random.normal())));
    const { needed } = block(from(480, (at) => 5000 + direction * at));
    assert.deepEqual(needed, [1, 1, 3]);
  }
});

test('a counter that grows steadily, with a reset, costs a few bytes', () => {
  const { bytes } = assertLossless([from(720, (at) => (at < 400 ? 7e9 + at * 12_345 : (at - 400) * 12_345))]);
  assert.ok(bytes[0]! < 48, `${bytes[0]} bytes`);
});

/** Two that share what they do, a third that follows from them, and one that does as it likes. */
function related(seed: number, hour: number, o: { gaps: boolean; turned: boolean }): Column[] {
  const random = new Random(seed + hour);
  const a = from(480, () => 5000 * hour + Math.round(40 * random.normal()));
  const b = from(480, () => Math.round(900 * random.normal()) * (o.turned ? 1 : 4096));
  const c = from(480, (at) => (o.turned ? Math.round(300 * random.normal()) : 7 * a[at]! - b[at]!));
  const steady = from(480, (at) => (o.turned ? at * 3 : 17));
  const own = from(480, (at) => (o.gaps && random.chance(0.2) ? Number.NaN : a[at]! + (at % 5)));
  return [a, b, c, steady, own];
}

test('what won for one block serves for the next, and for those that are not alike nothing is lost', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.record({ gaps: fc.boolean(), turned: fc.boolean(), missing: fc.nat(7) }), {
        minLength: 2,
        maxLength: 5,
      }),
      (seed, hours) => {
        const models = new Models(0.99);
        for (const [hour, { missing, ...like }] of hours.entries()) {
          const columns = related(seed, hour, like);
          assertLossless(
            columns.filter((_, at) => at !== missing),
            models,
          );
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('a block that is like the one before costs about the same without a search', () => {
  const models = new Models(0.99);
  const sizes = [0, 1, 2].map((hour) => {
    const { bytes, needed } = assertLossless(related(5, hour, { gaps: true, turned: false }), models);
    assert.ok(Math.max(...needed) <= 4);
    return bytes.reduce((sum, one) => sum + one, 0);
  });
  assert.ok(sizes[1]! < sizes[0]! * 1.03 && sizes[2]! < sizes[0]! * 1.03, `${sizes} bytes`);
  const before = models.recall()!;
  assert.ok(before.some(({ prediction }) => prediction.others.length > 0));
  assertLossless(related(5, 3, { gaps: false, turned: true }), models);
  assert.notDeepEqual(models.recall(), before, 'another kind of hour is searched anew');
});

test('a block of few ticks teaches nothing', () => {
  const models = new Models(0.99);
  assertLossless([from(20, (at) => at * at)], models);
  assert.equal(models.recall(), null);
});

test('what was found is looked for again after twenty-four blocks', () => {
  const models = new Models(0);
  const block = () => assertLossless([from(300, (at) => (at * 7919) % 1009)], models);
  block();
  for (let left = 23; left > 0; left--) {
    assert.notEqual(models.recall(), null, `${left}`);
    block();
  }
  assert.equal(models.recall(), null);
});
