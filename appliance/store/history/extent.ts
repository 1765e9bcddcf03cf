/** From when to when there is anything of a machine: pages of cells need not look elsewhere. */
import { longestBlockMs } from '../blocks/seal.ts';
import { blockStartOf } from '../keys.ts';
import type { BlockIndex } from '../recovery/block-index.ts';
import type { Chain } from '../samples/head.ts';
import type { CoarseHistory } from '../tiers/coarse.ts';
import { type Coarse, tiers } from '../tiers/tiers.ts';

type Kept = { expected: BlockIndex; history: CoarseHistory };

/** Where anything of the machine can be: a range from 1970 to 2099 has no pages beyond it. */
export function extentOf(
  { expected, history }: Kept,
  machine: number,
  chains: readonly Chain[],
): { fromMs: number; toMs: number } {
  const found: number[] = [];
  for (const { count, wallAtZeroMs, firstRunMs, lastRunMs } of chains) {
    if (count > 0) found.push(wallAtZeroMs + firstRunMs, wallAtZeroMs + lastRunMs);
  }
  const ends = expected.endsOf(machine);
  if (ends !== null) found.push(blockStartOf(ends.first.key), blockStartOf(ends.last.key) + longestBlockMs);
  for (const tier of ['minute', 'ten'] as const) {
    const extent = history.extent(tier);
    if (extent !== null) found.push(extent.firstMs, extent.lastMs + tiers[tier].windowMs);
  }
  return { fromMs: Math.min(...found), toMs: Math.max(...found) + 1 };
}

/** Where the next page can have something, null where there is nothing more. */
export function nextDate(
  { expected, history }: Kept,
  o: { machine: number; chains: readonly Chain[]; tier: Coarse; untilMs: number },
): number | null {
  const found: number[] = [];
  for (const { count, wallAtZeroMs, firstRunMs, lastRunMs } of o.chains) {
    if (count > 0 && wallAtZeroMs + lastRunMs >= o.untilMs) found.push(wallAtZeroMs + firstRunMs);
  }
  const [block] = expected.blocksOf(o.machine, o.untilMs - longestBlockMs, Number.MAX_SAFE_INTEGER);
  if (block !== undefined) found.push(blockStartOf(block.key));
  for (const tier of o.tier === 'ten' ? (['minute', 'ten'] as const) : (['minute'] as const)) {
    if (history.reaches(tier, o.untilMs)) found.push(history.extent(tier)!.firstMs);
  }
  return found.length === 0 ? null : Math.max(o.untilMs, Math.min(...found));
}
