import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Series } from '../../../appliance/protocol/series.ts';
import { LatestValues } from '../../../appliance/store/samples/latest.ts';
import { rateOf } from '../../../appliance/store/samples/rate.ts';

const dictionary = Array.from(
  { length: 4 },
  (_, index): Series => ({
    ...{ name: `s${index}`, unit: '1', scale: 0 },
    kind: index % 2 === 0 ? 'counter' : 'gauge',
  }),
);

type Known = { value: number; tMs: number; rate: number };
type Row = (number | undefined)[];

/** The same, worked out with each tick. */
class Model {
  readonly known: (Known | undefined)[] = [];
  lastMs = Number.NEGATIVE_INFINITY;
  #run = '';
  #sinceMs = Number.NEGATIVE_INFINITY;

  take(values: Row, tMs: number, run: string): void {
    if (tMs <= this.lastMs) return;
    if (this.#run !== '' && this.#run !== run) this.#sinceMs = tMs;
    this.#run = run;
    this.lastMs = tMs;
    for (const [index, value] of values.entries()) {
      if (value === undefined) continue;
      const before = this.known[index];
      const counts =
        dictionary[index]!.kind === 'counter' && before !== undefined && before.tMs >= this.#sinceMs;
      const rate = counts ? rateOf(before.value, before.tMs, value, tMs) : Number.NaN;
      this.known[index] = { value, tMs, rate };
    }
  }
}

const steps = fc.array(
  fc.record({
    afterMs: fc.constantFrom(-1, 5000, 5000, 5000, 400_000),
    run: fc.constantFrom('a', 'a', 'a', 'b'),
    row: fc.oneof(
      fc.array(fc.nat(1e6), { minLength: 4, maxLength: 4 }),
      fc.array(fc.option(fc.nat(1e6), { nil: undefined }), { maxLength: 4 }),
    ),
  }),
  { maxLength: 12 },
);

test('the last values and their rates are those that each tick gives, whatever ticks leave out', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const latest = new LatestValues();
      const model = new Model();
      let tMs = 1e12;
      for (const [seq, { afterMs, run, row }] of taken.entries()) {
        tMs += afterMs;
        latest.take({ seq, runMs: seq, values: row }, tMs, run);
        model.take(row, tMs, run);
        assert.equal(latest.lastMs, model.lastMs);
        for (const [index, series] of dictionary.entries()) {
          const known = model.known[index];
          assert.deepEqual(
            [latest.value(index), latest.time(index), latest.rate(index, series)],
            known === undefined ? [Number.NaN, Number.NaN, Number.NaN] : [known.value, known.tMs, known.rate],
          );
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('what was measured at a time is moved with it, and what a block knows fills what is missing', () => {
  const latest = new LatestValues();
  latest.take({ seq: 0, runMs: 0, values: [100, 1] }, 1e6, 'a');
  latest.take({ seq: 1, runMs: 5000, values: [200, 2] }, 1e6 + 5000, 'a');
  latest.redate(1e6, 1e6 + 5000, 1e9);
  assert.deepEqual([latest.time(0), latest.time(1), latest.lastMs], Array(3).fill(1e9 + 1e6 + 5000));
  assert.equal(latest.rate(0, dictionary[0]!), 20);
  const dates = Float64Array.of(10, 20, 30);
  latest.restore(0, dates, Float64Array.of(7, 8, 9));
  latest.restore(2, dates, Float64Array.of(7, 27, Number.NaN));
  assert.deepEqual([latest.value(0), latest.value(2), latest.time(2)], [200, 27, 20]);
  assert.equal(latest.rate(2, dictionary[2]!), 2000);
  assert.equal(latest.rate(0, dictionary[0]!), 20);
  for (const [seq, value] of [300, 400].entries())
    latest.take({ seq, runMs: seq, values: [value, 3, value] }, 1e9 + 1e6 + 10_000 + 5000 * seq, 'a');
  assert.deepEqual(
    [0, 2].map((index) => latest.rate(index, dictionary[index]!)),
    [20, 20],
  );
});
