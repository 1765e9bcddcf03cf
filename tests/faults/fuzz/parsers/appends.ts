/** Bodies of appends, as ingest sends them and as the write-ahead log keeps them. */
import assert from 'node:assert/strict';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import { decodeBatch, encodeBatch } from '../../../../appliance/store/client/append.ts';
import type { FuzzedParser } from '../parser.ts';
import { sampleTicks } from './seeds.ts';

const run = 'c4'.repeat(16);
const entry = { machine: 3, run, wallAtZeroMs: 1_700_000_000_000, trusted: true };

export const appends: FuzzedParser = {
  about: 'bodies of appends to the store',
  sources: ['appliance/store/client/append.ts', 'appliance/protocol/ticks.ts'],
  leftOut: ['padded', 'encode', 'encodeBatch'],
  seeds: () => [
    encodeBatch([{ ...entry, ticks: sampleTicks(9, 6) }]),
    encodeBatch([
      { ...entry, ticks: sampleTicks(5, 3) },
      { ...entry, machine: 70_000, trusted: false, anchorMs: 12_345, ticks: sampleTicks(17, 4) },
    ]),
    encodeBatch([]),
  ],
  parse(input) {
    const batch = decodeBatch(input);
    assert.deepEqual(decodeBatch(encodeBatch(batch)), batch);
  },
  isRefusal: (error) => error instanceof Malformed,
};
