/**
 * Records blocks as this version writes them: `node tests/store/blocks/record-blocks.ts FOLDER`. To be run once for each
 * version of blocks; what it has written is never changed again, and every later version must read it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BlockWriter, openBlock, readColumns, readTicks } from '../../../appliance/store/blocks/block.ts';
import { tableOf } from '../../../appliance/store/blocks/table.ts';
import { Random } from '../../bench/random.ts';

/** All that is in a block, as JSON can say it. */
export function contentsOf(bytes: Uint8Array): unknown {
  const block = openBlock(bytes);
  const { seqs, times } = readTicks(block);
  const columns = readColumns(block, block.series).map((column) =>
    Array.from(column!, (value) => (Number.isNaN(value) ? null : value)),
  );
  return { header: block.header, series: block.series, seqs: [...seqs], times: [...times], columns };
}

/** Ticks on time and late, of noise of three kinds, what leans on it, counters, gaps, leaps and what never moves. */
function ticksOf(count: number, late: boolean) {
  const random = new Random(count);
  let [total, wander] = [4e9, 5000];
  return Array.from({ length: count }, (_, at) => {
    const normal = Math.round(40 * random.normal());
    const heavy = Math.round(3 * random.normal() * (random.chance(0.1) ? 90 : 1));
    const fast = Math.round(2e6 * random.normal());
    total += 900 + Math.abs(normal) * 31;
    wander += Math.round(random.normal());
    const gap = at % 50 < 3 ? undefined : 400 + (at % 17);
    const values = [normal, heavy, fast, total, wander, gap, 7, undefined, at * 5 - 3, 1000 - normal - heavy];
    return { seq: 3 * count + at + (late ? at >> 5 : 0), runMs: at * 5000 + (late ? at % 13 : 0), values };
  });
}

function record(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const origin = { machine: 5, run: 'c3'.repeat(16), wallAtZeroMs: 1_767_225_600_000, trusted: true };
  for (const [name, ticks] of Object.entries({ hour: ticksOf(720, false), late: ticksOf(90, true) })) {
    const bytes = new BlockWriter().write(origin, tableOf(ticks));
    writeFileSync(join(folder, `${name}.block`), bytes);
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(contentsOf(bytes))}\n`);
  }
}

if (process.argv[1] === import.meta.filename) record(resolve(process.argv[2]!));
