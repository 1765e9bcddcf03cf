/** Malformed input to every parser: no crash, no hang, no growth, and nearly every branch reached. */
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Fault, type FaultContext, type Findings, leastCoverage, nothingFound } from './fault.ts';
import { parsers } from './fuzz/index.ts';
import { fuzzInProcess } from './fuzz/process.ts';
import type { Result } from './fuzz/worker.ts';

const cache = fileURLToPath(new URL('../../.cache/fuzz', import.meta.url));
const mostGrownBytes = 50 * 2 ** 20;
/** What the engine collects late is in it; one input that asks for more than a box has stands out. */
const mostPeakBytes = 384 * 2 ** 20;

export const fuzz: Fault = {
  about: 'malformed input to each parser, most of it mutations of valid messages',
  goal: 'no crash, no hang over 1 s, no growth over 50 MiB, 90 % of the branches reached',
  piece: 250_000,
  parts: { flag: 'parser', names: Object.keys(parsers) },
  async run({ count, part, progress, signal }: FaultContext): Promise<Findings> {
    const found: Findings = { ...nothingFound, injected: Number.POSITIVE_INFINITY, coverage: {} };
    for (const parser of part === undefined ? Object.keys(parsers) : [part]) {
      signal.throwIfAborted();
      const one = await fuzzOne(parser, count, progress);
      found.injected = Math.min(found.injected, one.injected);
      found.wrong += one.wrong;
      found.unopenable += one.unopenable;
      found.manual += one.manual;
      Object.assign(found.coverage!, one.coverage);
    }
    return found;
  },
};

/** Crashes are counted as wrong, hangs as unopenable, growth as manual: somebody would have to restart the process. */
async function fuzzOne(parser: string, count: number, progress: (text: string) => void): Promise<Findings> {
  const seed = randomInt(2 ** 31);
  const table = new URL('./fuzz/index.ts', import.meta.url).href;
  const outcome = await fuzzInProcess({ table, parser, count, seed, cache }, progress);
  if ('stuckOn' in outcome) {
    progress(`${parser} (seed ${seed}) is stuck on ${outcome.stuckOn}`);
    return { ...nothingFound, injected: outcome.inputs, unopenable: 1 };
  }
  if ('died' in outcome) {
    progress(`${parser} (seed ${seed}): its process ended with ${outcome.died}`);
    return { ...nothingFound, injected: outcome.inputs, wrong: 1 };
  }
  const { inputs, crashes, grownBytes, peakBytes, coverage } = outcome;
  describe(parser, seed, outcome).forEach(progress);
  const manual = grownBytes > mostGrownBytes || peakBytes > mostPeakBytes ? 1 : 0;
  const found = { injected: inputs, wrong: crashes.length, manual };
  return { ...nothingFound, ...found, coverage: { [parser]: coverage } };
}

function describe(parser: string, seed: number, result: Result): string[] {
  const { inputs, accepted, crashes, grownBytes, peakBytes, coverage, missing, kept } = result;
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return [
    `${parser.padEnd(14)} ${inputs} inputs, ${accepted} accepted, ${crashes.length} crashes, ${kept} kept, ` +
      `${mib(grownBytes)} more held (${mib(peakBytes)} at its highest), ${(coverage * 100).toFixed(1)} % of branches`,
    ...(coverage < leastCoverage ? [`  never reached: ${missing.join(' ')}`] : []),
    ...crashes.map(({ message, hex }) => `  (seed ${seed}) ${message}\n    ${hex.slice(0, 2000)}`),
  ];
}
