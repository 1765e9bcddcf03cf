import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Series } from '../../../appliance/protocol/series.ts';
import { latestOf } from '../../../appliance/store/client/latest-columns.ts';
import { LatestValues } from '../../../appliance/store/samples/latest.ts';
import { latestBytes } from '../../../appliance/store/samples/latest-bytes.ts';
import { LatestText } from '../../../appliance/store/samples/latest-text.ts';

const names = fc.constantFrom('system.cpu', 'a', 'b:c', 'system.disk.io:sda:read');
const series: fc.Arbitrary<Series> = fc.record({
  name: names,
  unit: fc.constantFrom('By', '1', 'a "unit"'),
  scale: fc.integer({ min: 0, max: 6 }),
  kind: fc.constantFrom('gauge', 'counter'),
});
const value = fc.option(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), { nil: undefined });

const plain = (latest: LatestValues, dictionary: Series[]) =>
  JSON.parse(JSON.stringify(latest.list(dictionary)));

test('text and bytes say what the list says, also of namesakes, absent values and a dictionary that grew', () => {
  const text = new LatestText();
  fc.assert(
    fc.property(
      fc.array(series, { minLength: 1, maxLength: 5 }),
      fc.array(series, { maxLength: 2 }),
      fc.array(fc.array(value, { minLength: 7, maxLength: 7 }), { maxLength: 3 }),
      (dictionary, more, rows) => {
        const [latest, other] = [new LatestValues(), new LatestValues()];
        for (const [at, row] of rows.entries()) {
          if (at === 1) dictionary.push(...more);
          const values = row.slice(0, dictionary.length);
          latest.take({ seq: at, runMs: at * 7001, values }, 1e12 + at * 7001, 'a');
          if (at !== 1)
            other.take({ seq: at, runMs: at * 30, values: values.toReversed() }, 1e12 + at * 30, 'b');
          const wanted = plain(latest, dictionary);
          const all = latestBytes([
            { machine: 7, latest, dictionary },
            { machine: 8, latest: new LatestValues(), dictionary },
            { machine: 9, latest: other, dictionary },
          ]);
          assert.deepEqual(latestOf(all), { 7: wanted, 8: [], 9: plain(other, dictionary) });
          assert.deepEqual(JSON.parse(text.of(latest, dictionary)), wanted);
        }
      },
    ),
  );
});
