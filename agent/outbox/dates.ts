/** When something of a run happened, by the machine's own clock. */
import type { ClockPair } from './clocks.ts';

export function datesOf(
  clocks: readonly ClockPair[],
  runMs: number,
): { wallMs: number; synchronised: boolean } {
  const best = clocks.findLast(({ synchronised }) => synchronised) ?? clocks[clocks.length - 1];
  if (best === undefined) return { wallMs: 0, synchronised: false };
  // Of its stretch between two sleeps; what came before the first pair belongs to the first.
  const { sleptMs } = clocks.findLast((pair) => pair.runMs <= runMs) ?? clocks[0]!;
  const wallMs = best.wallMs - best.runMs - best.sleptMs + runMs + sleptMs;
  return { wallMs: Math.max(0, Math.round(wallMs)), synchronised: best.synchronised };
}
