/** What has to go when there is no room: the oldest segments, and the reports that take their place. */
import { continues, joined, type Loss, lossOf } from './losses.ts';
import type { Segment } from './shelf.ts';

export type Drops = {
  dropped: Segment[];
  /** Reports of what is dropped; those that they continue are part of them. */
  fresh: Loss[];
  merged: Loss[];
  /** Reports in what is dropped, which must be written anew. */
  moved: Loss[];
};

/** `bytes` is what all may take. What is being written to stays. */
export function dropsFor(bytes: number, segments: readonly Segment[], current: Segment): Drops {
  const drops: Drops = { dropped: [], fresh: [], merged: [], moved: [] };
  let left = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  for (const segment of segments) {
    if (left <= bytes || segment === current) break;
    left -= segment.bytes;
    drops.dropped.push(segment);
  }
  const known = segments.flatMap((segment) => segment.losses);
  for (const loss of drops.dropped.flatMap(lossesOf)) {
    const last = drops.fresh[drops.fresh.length - 1];
    if (last !== undefined && continues(last, loss)) {
      drops.fresh[drops.fresh.length - 1] = joined(last, loss);
      continue;
    }
    const before = known.find((one) => continues(one, loss));
    if (before !== undefined) drops.merged.push(before);
    drops.fresh.push(before === undefined ? loss : joined(before, loss));
  }
  drops.moved = drops.dropped.flatMap(({ losses }) => losses.filter((loss) => !drops.merged.includes(loss)));
  return drops;
}

export function lossesOf({ run, held, clocks, fromMs, toMs }: Segment): Loss[] {
  return held.spans.map(([first, last]) => lossOf(run, clocks, { first, last, fromMs, toMs, why: 'full' }));
}
