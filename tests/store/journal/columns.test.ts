import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeColumns, encodeColumns } from '../../../appliance/store/journal/columns.ts';

test('columns come back as they were', () => {
  const plain = { noNullPrototype: true };
  const fields = {
    atMs: fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
    trusted: fc.boolean(),
    kind: fc.constantFrom('a', 'machine.state', 'é'),
    machine: fc.option(fc.integer({ min: 1, max: 2 ** 32 - 1 })),
  };
  const row = fc.record(fields, plain);
  const columns = fc.record(
    {
      first: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      rows: fc.array(row, { minLength: 1, maxLength: 256 }),
    },
    plain,
  );
  fc.assert(
    fc.property(columns, (one) => assert.deepEqual(decodeColumns(encodeColumns(one)), one)),
    { numRuns: 60 },
  );
});
