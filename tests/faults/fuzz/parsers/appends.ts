/** Bodies of appends, as ingest sends them and as the write-ahead log keeps them. */
import assert from 'node:assert/strict';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import type { Row, Tick } from '../../../../appliance/protocol/ticks.ts';
import { ArrivalReader, decodeBatch, encodeBatch } from '../../../../appliance/store/client/append.ts';
import type { FuzzedParser } from '../parser.ts';
import { sampleTicks } from './seeds.ts';

const run = 'c4'.repeat(16);
const entry = { machine: 3, run, wallAtZeroMs: 1_700_000_000_000, trusted: true };

export const appends: FuzzedParser = {
  about: 'bodies of appends to the store',
  sources: ['appliance/store/client/append.ts', 'appliance/protocol/ticks.ts'],
  leftOut: ['encode', 'encodeBatch', 'arrivalOf'],
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
    const arrived = new ArrivalReader().read(input);
    assert.deepEqual(
      arrived.map(({ width: _, anchorMs, ticks, ...origin }) => ({
        ...{ ...origin, ...(anchorMs === undefined ? {} : { anchorMs }) },
        ticks: ticks.map(tickOf),
      })),
      batch,
    );
  },
  isRefusal: (error) => error instanceof Malformed,
};

function tickOf({ seq, runMs, values }: Row): Tick {
  return { seq, runMs, values: Array.from(values, (value) => (Number.isNaN(value) ? undefined : value)) };
}
