/** What a fault test is: faults that really happen, counted, and what was found afterwards. */

export type FaultContext = {
  /** How many faults this run still has to inject. */
  count: number;
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
};

export type Fault = {
  about: string;
  /** What has to be found, in words. */
  goal: string;
  /** How many at once, when preparing takes long; findings are kept after each piece. */
  piece?: number;
  run(context: FaultContext): Promise<Findings>;
};

/** Something that has to be installed before anything can be tested: exit 3. */
export class ToolMissing extends Error {}

export const nothingFound: Findings = {
  injected: 0,
  lost: 0,
  wrong: 0,
  doubled: 0,
  unopenable: 0,
  manual: 0,
};

export function sum(a: Findings, b: Findings): Findings {
  const keys = Object.keys(nothingFound) as (keyof Findings)[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as Findings;
}

/** A run in which fewer faults happened than were asked proves less than it says: not met. */
export function isMet(found: Findings, count: number): boolean {
  const { lost, wrong, doubled, unopenable, manual } = found;
  return found.injected >= count && lost + wrong + doubled + unopenable + manual === 0;
}
