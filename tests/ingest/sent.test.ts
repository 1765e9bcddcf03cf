import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesOf, forgetIn, sentOf } from '../../appliance/ingest/sent.ts';

const entry = (machine: number, wallAtZeroMs: number, ...seqs: number[]) => ({
  ...{ machine, wallAtZeroMs, run: 'ab'.repeat(16), trusted: true, bytes: 100 * seqs.length },
  ticks: seqs.map((seq) => ({ seq, runMs: seq * 5000, values: [seq, undefined, -seq] })),
});

test('what was sent comes back as it was, also of a machine with two entries', () => {
  const entries = [entry(1, 10, 4, 5, 9), entry(2, 10, 1), entry(1, 20, 6)];
  const sent = sentOf(7, entries);
  assert.deepEqual(entriesOf(sent), entries);
  assert.deepEqual(
    sent.entries.map((one) => one?.seqs),
    [
      [
        [4, 5],
        [9, 9],
      ],
      [[1, 1]],
      [[6, 6]],
    ],
  );
});

test('a removed machine is left out and counts for nothing more', () => {
  const entries = [entry(1, 10, 4, 5), entry(2, 10, 1), entry(1, 20, 6)];
  const sent = sentOf(7, structuredClone(entries));
  assert.equal(forgetIn(sent, 1), 300);
  assert.equal(forgetIn(sent, 1), 0);
  assert.deepEqual(entriesOf(sent), [entries[1]]);
});
