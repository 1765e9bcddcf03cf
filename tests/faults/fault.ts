/** What a fault test is: faults that really happen, counted, and what was found afterwards. */

export type FaultContext = {
  /** How many faults this run still has to inject. */
  count: number;
  /** The one of `parts` that was asked for; else all. */
  part?: string | undefined;
  progress(text: string): void;
  signal: AbortSignal;
};

/** 0 where a column cannot apply. */
export type Findings = {
  injected: number;
  lost: number;
  wrong: number;
  doubled: number;
  unopenable: number;
  manual: number;
  /** Of tests that count branches: how many were reached, 0 to 1, by the name of what was tested. */
  coverage?: Record<string, number>;
  /** How many of what is counted apart: by daemon, by moment, by what was hurt. */
  counts?: Record<string, number>;
  /** What else was measured, for people: the larger one of several pieces. */
  figures?: Record<string, number>;
};

export const leastCoverage = 0.9;

export type Fault = {
  about: string;
  /** What has to be found, in words. */
  goal: string;
  /** How many where nobody says how many. */
  usualCount?: number;
  /** How many at once, when preparing takes long; findings are kept after each piece. */
  piece?: number;
  /** What can be tested alone, by a flag such as `--parser NAME`. */
  parts?: { flag: 'parser' | 'daemon'; names: readonly string[] };
  run(context: FaultContext): Promise<Findings>;
};

/** Something that has to be installed before anything can be tested: exit 3. */
export class ToolMissing extends Error {}

export const nothingFound = {
  injected: 0,
  lost: 0,
  wrong: 0,
  doubled: 0,
  unopenable: 0,
  manual: 0,
} as const satisfies Findings;

export function sum(a: Findings, b: Findings): Findings {
  const keys = Object.keys(nothingFound) as (keyof typeof nothingFound)[];
  const total = Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as typeof nothingFound;
  const coverage = larger(a.coverage, b.coverage);
  const figures = larger(a.figures, b.figures);
  const counts = added(a.counts, b.counts);
  return {
    ...total,
    ...(counts ? { counts } : {}),
    ...(coverage ? { coverage } : {}),
    ...(figures ? { figures } : {}),
  };
}

function added(a: Record<string, number> | undefined, b: Record<string, number> | undefined) {
  if (a === undefined || b === undefined) return a ?? b;
  const both = { ...a };
  for (const [name, value] of Object.entries(b)) both[name] = (both[name] ?? 0) + value;
  return both;
}

/** Each run begins with what earlier ones kept, so the best of them is what was reached. */
function larger(a: Record<string, number> | undefined, b: Record<string, number> | undefined) {
  if (a === undefined || b === undefined) return a ?? b;
  const both = { ...a };
  for (const [name, value] of Object.entries(b)) both[name] = Math.max(value, both[name] ?? value);
  return both;
}

/** A run in which fewer faults happened than were asked proves less than it says: not met. */
export function isMet(found: Findings, count: number): boolean {
  const { lost, wrong, doubled, unopenable, manual } = found;
  const covered = Object.values(found.coverage ?? {}).every((share) => share >= leastCoverage);
  return covered && found.injected >= count && lost + wrong + doubled + unopenable + manual === 0;
}
