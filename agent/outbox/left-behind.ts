/** What earlier runs left, reckoned up at the start: what of it is lost, and what was being dropped when the power was cut. */
import { type Loss, lossOf } from './losses.ts';
import { Ranges } from './ranges.ts';
import type { SegmentContent } from './segment-content.ts';
import type { Segment } from './shelf.ts';

export type LeftBehind = { segment: Segment; content: SegmentContent };

/** Undefined when its head cannot be read. */
export function segmentOf(
  number: number,
  path: string,
  content: SegmentContent & { bytes: number },
): Segment | undefined {
  const { run, clocks, losses, fromMs, toMs, bytes } = content;
  if (run === undefined) return undefined;
  const held = new Ranges(content.spans);
  return { number, path, run, held, clocks, losses: [...losses], bytes, fromMs, toMs };
}

/** In their order; undefined stands where a segment cannot be read. */
export function reckonUp(
  found: readonly (Segment | undefined)[],
  contents: readonly LeftBehind[],
): Segment[] {
  const segments = found.filter((segment) => segment !== undefined);
  findLosses(found, contents);
  complete(segments);
  return segments;
}

/** Gaps within segments and between them. What is torn at the end of a run was never promised. */
function findLosses(
  all: readonly (Segment | undefined)[],
  ends: readonly { segment: Segment; content: SegmentContent }[],
): void {
  const segments = all.filter((segment) => segment !== undefined);
  for (const { segment, content } of ends) {
    const next = segments.find(({ run, number }) => run === segment.run && number > segment.number);
    const following = next?.held.spans[0]?.[0];
    for (const gap of content.gaps) {
      const last = gap.last ?? (following === undefined ? undefined : following - 1);
      if (last === undefined || last < gap.first) continue;
      const toMs = gap.toMs ?? next!.fromMs;
      note(segment, { first: gap.first, last, fromMs: gap.fromMs, toMs, why: 'damage' });
    }
    // A whole segment in between that has no head any more.
    const behind = all[all.indexOf(segment) + 1];
    const end = segment.held.spans[segment.held.spans.length - 1]?.[1];
    if (behind !== undefined || following === undefined || end === undefined) continue;
    if (following > end + 1 && content.gaps.every(({ last }) => last !== undefined)) {
      const range = { first: end + 1, last: following - 1, fromMs: segment.toMs, toMs: next!.fromMs };
      note(segment, { ...range, why: 'damage' });
    }
  }
}

/** What was reported as dropped when the power was cut is dropped now. */
function complete(segments: readonly Segment[]): void {
  const losses = segments.flatMap((segment) => segment.losses);
  // A later report may hold an earlier one.
  const within = (one: Loss, other: Loss) =>
    one !== other && one.run === other.run && one.first >= other.first && one.last <= other.last;
  const old = losses.filter((one, at) =>
    losses.some((other, index) => within(one, other) && (index > at || !within(other, one))),
  );
  for (const segment of segments) segment.losses = segment.losses.filter((loss) => !old.includes(loss));
  for (const { run, first, last, why } of losses) {
    if (why === 'damage') continue;
    for (const segment of segments) if (segment.run === run) segment.held.remove(first, last);
  }
}

function note(segment: Segment, loss: Omit<Loss, 'run' | 'synchronised'>): void {
  segment.losses.push(lossOf(segment.run, segment.clocks, loss));
}
