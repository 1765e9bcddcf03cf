/** Records of coarse history: whatever a card makes of them, they are refused or give cells. */
import assert from 'node:assert/strict';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import { type Cells, createCells } from '../../../../appliance/store/tiers/cells.ts';
import { encodeRollup, gridOf, openRollup } from '../../../../appliance/store/tiers/rollup.ts';
import { tiers } from '../../../../appliance/store/tiers/tiers.ts';
import type { FuzzedParser } from '../parser.ts';
import { withChecksum } from './blocks.ts';

const origin = { tier: 'minute', startMs: 4 * tiers.ten.windowMs, machine: 7, group: 0 } as const;
const grid = gridOf(origin);
const everyMs = 5_000;

/** What a series of each form does at the n-th tick. */
const kinds: readonly { kind: 'gauge' | 'counter'; at(tick: number): number | undefined }[] = [
  { kind: 'gauge', at: () => 42 },
  { kind: 'gauge', at: (tick) => (tick * 7) % 100 },
  { kind: 'gauge', at: (tick) => (tick % 2 === 0 ? 2 ** 51 - 1 : -(2 ** 51 - 1)) },
  { kind: 'gauge', at: (tick) => (tick % 40 < 20 ? tick : undefined) },
  { kind: 'counter', at: (tick) => 1000 + tick * 1500 },
  { kind: 'counter', at: (tick) => (tick * 777) % 50_000 },
  { kind: 'counter', at: (tick) => (tick % 200 < 80 ? tick * 10 : undefined) },
];

export const rollups: FuzzedParser = {
  about: 'records of coarse history',
  sources: ['rollup', 'rollup-columns', 'cells'].map((name) => `appliance/store/tiers/${name}.ts`),
  leftOut: [
    ...['encodeRollup', 'sharedColumnsOf', 'sharedOf', 'encodeSeries', 'createCells', 'takeCell'],
    ...['encodeGauge', 'encodeCounter'],
  ],
  async seeds() {
    const ticks = (grid.count * grid.stepMs) / everyMs;
    const all = kinds.map((_, index) => [index, cellsOf(index, ticks)] as const);
    const few = [...all.slice(0, 1), ...all.slice(4, 5)];
    const short = kinds.map((_, index) => [index, cellsOf(index, 30)] as const);
    const pause = async () => undefined;
    const made = [all, few, short].map((cells) => encodeRollup(origin, new Map(cells), pause));
    return (await Promise.all(made)).map((bytes) => new Uint8Array(bytes));
  },
  parse(input) {
    const record = openRollup(input, origin);
    for (const index of [...record.series, 400]) {
      const cells = record.cells(index);
      if (cells === null) continue;
      assert.equal(cells.grid.count, grid.count);
      assert.equal(cells.count.length, grid.count);
    }
  },
  isRefusal: (error) => error instanceof Malformed || error instanceof RangeError,
  mend: withChecksum,
};

function cellsOf(index: number, ticks: number): Cells {
  const { kind, at } = kinds[index]!;
  const cells = createCells(kind, grid);
  const samples = Array.from({ length: ticks }, (_, tick) => ({
    tMs: grid.startMs + tick * everyMs,
    value: at(tick),
  }));
  const there = samples.filter(({ value }) => value !== undefined);
  cells.feed(
    Float64Array.from(there, ({ tMs }) => tMs),
    Float64Array.from(there, ({ value }) => value!),
    index % 2 === 0 ? 5 : Uint32Array.from(there, (_, tick) => 5 + (tick % 3)),
  );
  return cells;
}
