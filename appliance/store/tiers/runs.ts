/**
 * Telling runs apart: a step of a counter is one between values of the same run. Of a machine that was cloned, or that has
 * two agents, the next value in time may be that of another counter, and a machine that was started anew has new ones.
 */

/** One for all ticks, or one for each. */
export type Runs = number | Uint32Array;

/** 0 is none. */
export function runNumber(run: string): number {
  return (Number.parseInt(run.slice(0, 8), 16) % (2 ** 32 - 1)) + 1;
}

/** Of what was rolled up before runs were noted nobody knows, and it is taken for the same. */
export function isSameRun(one: number, other: number): boolean {
  return one === other || one === 0 || other === 0;
}
