/** How coarse history becomes as it ages: samples as they came, then minutes, then ten minutes. */

export type Coarse = 'minute' | 'ten';

/** A record holds the cells of a window; windows begin at multiples of their length, so those of minutes nest in those of tens. */
/** The numbers put the older tier first. */
export type Tier = { number: number; cellMs: number; windowMs: number };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const tiers: Readonly<Record<Coarse, Tier>> = {
  minute: { number: 2, cellMs: minuteMs, windowMs: 6 * hourMs },
  ten: { number: 1, cellMs: 10 * minuteMs, windowMs: 7 * 24 * hourMs },
};

/** Series that share a record: neighbours in the machine's dictionary. */
export const seriesPerGroup = 8;

export function groupOf(index: number): number {
  return Math.floor(index / seriesPerGroup);
}

export function windowStart(tMs: number, { windowMs }: Tier): number {
  return Math.floor(tMs / windowMs) * windowMs;
}

export function cellsPerWindow({ windowMs, cellMs }: Tier): number {
  return windowMs / cellMs;
}
