/** Days in the life of a measured machine, the same at every run, for tests of history. */
import { tiers } from '../../appliance/store/tiers/tiers.ts';
import { Random } from '../bench/random.ts';
import { counter, gauge } from './store-parts.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
export const series = [gauge('g', 1), counter('c'), gauge('rare'), gauge('still')];
/** In the middle of a window. */
export const startMs = 2900 * tiers.ten.windowMs + 5 * hourMs;

export type Sample = { run: string; tMs: number; values: (number | undefined)[] };
export type Batch = { run: string; wallAtZeroMs: number; from: number; samples: Sample[]; arrivesMs: number };

/** Days of a machine that restarts, pauses, and whose batches come late, some by a day and some by three. */
export function life(seed: number, days: number): Batch[] {
  const random = new Random(seed);
  const below = (limit: number) => Math.floor(random.uniform() * limit);
  const batches: Batch[] = [];
  let tMs = startMs;
  let total = below(1e6);
  while (tMs < startMs + days * dayMs) {
    // Told apart by its first four bytes, as where its ticks are kept.
    const run = Buffer.from(`${1000 + batches.length}-${seed}`.padEnd(16)).toString('hex');
    const wallAtZeroMs = tMs;
    if (random.chance(0.7)) total = below(1000);
    const length = 40 + below(900);
    for (let from = 0; from < length; from += 40) {
      const samples: Sample[] = [];
      for (let at = 0; at < 40; at++) {
        tMs += random.chance(0.01) ? below(3 * hourMs) : 60_000 + below(60_000);
        total = random.chance(0.01) ? below(50) : total + below(5000);
        const rare = random.chance(0.1) ? below(100) : undefined;
        samples.push({
          run,
          tMs,
          values: [random.chance(0.05) ? undefined : below(2000) - 1000, total, rare, 7],
        });
      }
      const lateMs = random.chance(0.15) ? (random.chance(0.5) ? dayMs : 3 * dayMs) : 0;
      batches.push({ run, wallAtZeroMs, from, samples, arrivesMs: tMs + lateMs });
    }
  }
  return batches;
}

/** The ticks of a batch. */
export function ticksOf({ wallAtZeroMs, from, samples }: Batch) {
  return samples.map(({ tMs, values }, at) => ({ seq: from + at, runMs: tMs - wallAtZeroMs, values }));
}
