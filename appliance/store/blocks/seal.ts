/** Sealing: the chains that waited in RAM become blocks, written once. */
import type { Tick } from '../../protocol/ticks.ts';
import type { Undated } from '../clock/undated.ts';
import { blockKey, seenKey } from '../keys.ts';
import { encodeChecked } from '../records/checked.ts';
import type { Operation } from '../records/writer.ts';
import type { Chain } from '../samples/head.ts';
import type { MachineSamples } from '../samples/machine-samples.ts';
import { encodeBlock } from './block.ts';

/** A reader looks this far before the range that it wants, so no block spans more. */
export const longestBlockMs = 2 * 3_600_000;
const mostTicks = 1440;

export type SealedBlock = { key: Buffer; bytes: Buffer; run: string; startMs: number; trusted: boolean };

/** The blocks of these chains; those of one run and dating are joined, sorted and cut again. */
export function blocksOf(machine: number, chains: readonly Chain[]): SealedBlock[] {
  const groups = new Map<string, { chain: Chain; ticks: Tick[] }>();
  for (const chain of chains) {
    const name = `${chain.run} ${chain.wallAtZeroMs} ${chain.trusted} ${chain.anchorMs}`;
    const group = groups.get(name) ?? { chain, ticks: [] };
    groups.set(name, group);
    group.ticks.push(...chain.ticks());
  }
  return [...groups.values()].flatMap(({ chain, ticks }) => {
    const { run, wallAtZeroMs, trusted, anchorMs } = chain;
    ticks.sort((a, b) => a.seq - b.seq);
    return pieces(ticks).map((piece) => {
      const startMs = wallAtZeroMs + earliestMs(piece);
      const key = blockKey(machine, startMs, run, piece[0]!.seq);
      const bytes = encodeBlock({ machine, run, wallAtZeroMs, trusted, anchorMs }, piece);
      return { key, bytes, run, startMs, trusted };
    });
  });
}

/**
 * One batch: the blocks of all that waits, and with them all that was received as known. To be called in one turn of
 * the loop, so that nothing counts as known that is in no block: a lost tick must be new when it is sent again.
 */
export function beginSeal(
  { machine, head, seen }: MachineSamples,
  undated?: Undated,
): { blocks: number; operations: Operation[] } {
  const blocks = blocksOf(machine, head.beginSeal());
  const operations = blocks.map(({ key, bytes }): Operation => ({ type: 'put', key, value: bytes }));
  if (undated !== undefined) operations.push(...undated.noted(machine, blocks));
  operations.push({ type: 'put', key: seenKey(machine), value: encodeChecked(seen.list()) });
  return { blocks: blocks.length, operations };
}

function pieces(ticks: readonly Tick[]): Tick[][] {
  const result: Tick[][] = [];
  let piece: Tick[] = [];
  let lowMs = Number.POSITIVE_INFINITY;
  let highMs = Number.NEGATIVE_INFINITY;
  for (const tick of ticks) {
    const low = Math.min(lowMs, tick.runMs);
    const high = Math.max(highMs, tick.runMs);
    const full = piece.length >= mostTicks || high - low >= longestBlockMs;
    if (piece.length > 0 && full) {
      result.push(piece);
      piece = [];
    }
    lowMs = piece.length === 0 ? tick.runMs : low;
    highMs = piece.length === 0 ? tick.runMs : high;
    piece.push(tick);
  }
  if (piece.length > 0) result.push(piece);
  return result;
}

function earliestMs(ticks: readonly Tick[]): number {
  return ticks.reduce((least, tick) => Math.min(least, tick.runMs), Number.POSITIVE_INFINITY);
}
