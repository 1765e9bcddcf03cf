/** The last values of all machines, as they travel: names once, numbers in columns. ../README.md draws the bytes. */
import { type Series, unscaled } from '../../protocol/series.ts';
import type { Latest } from './types.ts';

export const latestVersion = 1;
export const placeBytes = 4;
export const doubleBytes = 8;
export const headOffset = 2 * placeBytes;

/** `count` numbers a column; `aged`: a third column of doubles says how many ms before its machine's `tMs` each was measured. */
export type LatestHead = {
  series: Series[];
  machines: { machine: number; tMs: number; count: number }[];
  count: number;
  aged: boolean;
};

export function latestOf(bytes: Uint8Array): Record<number, Latest[]> {
  // A copy lies where an array of doubles may begin.
  const { buffer } = Uint8Array.from(bytes);
  const [version, padded] = new Uint32Array(buffer, 0, 2);
  if (version !== latestVersion || padded === undefined)
    throw new RangeError(`last values of version ${version}, which this client does not know`);
  const text = Buffer.from(buffer, headOffset, padded).toString();
  const { series, machines, count, aged } = JSON.parse(text) as LatestHead;
  let at = headOffset + padded;
  const doubles = () => {
    const column = new Float64Array(buffer, at, count);
    at += count * doubleBytes;
    return column;
  };
  const [values, rates] = [doubles(), doubles()];
  const ages = aged ? doubles() : null;
  const places = new Uint32Array(buffer, at, count);
  const result: Record<number, Latest[]> = {};
  let first = 0;
  for (const { machine, tMs, count } of machines) {
    const newest = new Map<string, Latest>();
    for (let index = first; index < first + count; index++) {
      const { name, unit, kind, scale } = series[places[index]!]!;
      const rate = rates[index]!;
      const one: Latest = {
        ...{ name, unit, kind },
        value: unscaled(values[index]!, scale),
        ...(Number.isNaN(rate) ? {} : { rate: unscaled(rate, scale) }),
        tMs: tMs - (ages === null ? 0 : ages[index]!),
      };
      // A series that changed its unit or scale has an older namesake.
      if ((newest.get(name)?.tMs ?? Number.NEGATIVE_INFINITY) <= one.tMs) newest.set(name, one);
    }
    first += count;
    result[machine] = [...newest.values()];
  }
  return result;
}
