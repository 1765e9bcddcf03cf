/** The last values of all machines, as they travel: names once, values in columns. */
import type { Latest } from './types.ts';

export type LatestColumns = {
  series: Pick<Latest, 'name' | 'unit' | 'kind'>[];
  /** `of` are places in `series`; `ages` the milliseconds before `tMs`, or 0 where no value is older. */
  machines: Record<
    string,
    { tMs: number; of: number[]; values: number[]; rates: (number | null)[]; ages: number[] | 0 }
  >;
};

export function latestOf({ series, machines }: LatestColumns): Record<number, Latest[]> {
  const result: Record<number, Latest[]> = {};
  for (const [machine, { tMs, of, values, rates, ages }] of Object.entries(machines)) {
    const newest = new Map<string, Latest>();
    for (const [at, place] of of.entries()) {
      const rate = rates[at] ?? null;
      const one: Latest = {
        ...series[place]!,
        value: values[at]!,
        ...(rate === null ? {} : { rate }),
        tMs: tMs - (ages === 0 ? 0 : ages[at]!),
      };
      // A series that changed its unit or scale has an older namesake.
      if ((newest.get(one.name)?.tMs ?? Number.NEGATIVE_INFINITY) <= one.tMs) newest.set(one.name, one);
    }
    result[Number(machine)] = [...newest.values()];
  }
  return result;
}
