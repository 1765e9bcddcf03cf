/** One parser under mutated input: keeps what reaches new branches, and reports what it should not have done. */
import type { Coverage } from './coverage.ts';
import { inputFrom, type Random } from './mutate.ts';
import { type FuzzedParser, isEngineFault } from './parser.ts';

export type Crash = { message: string; input: Uint8Array };

export type Fuzzed = {
  inputs: number;
  accepted: number;
  /** Anything thrown that is no refusal, with its input. */
  crashes: Crash[];
  /** Bytes that stayed held after all of it. */
  grownBytes: number;
  /** Branches that ran, 0 to 1, and where the others begin. */
  coverage: number;
  missing: string[];
  /** Inputs that reached branches which nothing before them had reached. */
  kept: Uint8Array[];
};

export type FuzzingOptions = {
  /** Started before the parser was loaded. */
  coverage: Pick<Coverage, 'watch' | 'take' | 'share' | 'missing'>;
  count: number;
  random: Random;
  corpus?: readonly Uint8Array[];
  /** Told before each input: what a watchdog needs. */
  onInput?(input: Uint8Array): void;
  /** Told after each. */
  onParsed?(): void;
  onProgress?(inputs: number): void;
};

const batchSize = 256;
const progressEvery = 100 * batchSize;
/** More would say nothing new. */
const mostCrashes = 10;
const mendedShare = 0.8;

export async function fuzz(parser: FuzzedParser, o: FuzzingOptions): Promise<Fuzzed> {
  const seeds = await parser.seeds();
  const nearMisses = parser.nearMisses ?? [];
  const corpus = [...seeds, ...nearMisses, ...(o.corpus ?? [])];
  const kept: Uint8Array[] = [];
  const crashes: Crash[] = [];
  const { coverage } = o;
  const run = async (input: Uint8Array): Promise<boolean> => {
    o.onInput?.(input);
    try {
      await parser.parse(input);
      return true;
    } catch (error) {
      if (!parser.isRefusal(error) || isEngineFault(error))
        crashes.push({ message: described(error), input });
      return false;
    } finally {
      o.onParsed?.();
    }
  };
  /** Halves what reached something new until each input that did so stands alone. */
  const keepNew = async (inputs: readonly Uint8Array[]): Promise<void> => {
    const middle = Math.ceil(inputs.length / 2);
    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      for (const input of half) await run(input);
      const forget = await coverage.take();
      if (forget === null) continue;
      if (half.length === 1) {
        corpus.push(half[0]!);
        kept.push(half[0]!);
      } else {
        forget();
        await keepNew(half);
      }
    }
  };

  // A seed that is refused would make every mutation of it worthless.
  for (const seed of seeds) await parser.parse(seed);
  for (const [at, miss] of nearMisses.entries()) {
    if (await run(miss)) crashes.push({ message: `near miss ${at} is accepted`, input: miss });
  }
  await coverage.watch(parser.sources, parser.leftOut);
  // One by one: a branch that every run takes is not told apart from what is around it.
  for (const input of [new Uint8Array(0), ...corpus]) {
    await run(input);
    await coverage.take();
  }
  let inputs = 0;
  let accepted = 0;
  let heldBefore = await heldBytes();
  while (inputs < o.count && crashes.length < mostCrashes) {
    const batch = Array.from({ length: Math.min(batchSize, o.count - inputs) }, () =>
      nextInput(parser, corpus, o.random),
    );
    for (const input of batch) accepted += (await run(input)) ? 1 : 0;
    inputs += batch.length;
    const forget = await coverage.take();
    if (forget !== null && batch.length > 1) {
      forget();
      await keepNew(batch);
    }
    // What the first tenth leaves is the engine's: compiled code, shapes, the corpus.
    if (inputs <= o.count / 10) heldBefore = await heldBytes();
    if (inputs % progressEvery === 0) o.onProgress?.(inputs);
  }
  const grownBytes = (await heldBytes()) - heldBefore;
  const reached = { coverage: coverage.share(), missing: coverage.missing() };
  return { inputs, accepted, crashes: crashes.slice(0, mostCrashes), grownBytes, ...reached, kept };
}

function nextInput(parser: FuzzedParser, corpus: readonly Uint8Array[], random: Random): Uint8Array {
  const input = inputFrom(corpus, parser.textFrom, random);
  return parser.mend !== undefined && random() < mendedShare ? parser.mend(input) : input;
}

async function heldBytes(): Promise<number> {
  // Memory outside the heap goes with a later turn of the loop. Without --expose-gc what waits is in the figure.
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function described(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' | ')
    : String(error);
}
