/**
 * A process of its own for one parser, so that what it does to memory is its own, and a hang can be ended. V8 counts
 * branches of what is loaded after counting began: therefore the late import.
 */
import { seeded } from '../replay/random.ts';
import { readCorpus, writeCorpus } from './corpus.ts';
import { Coverage } from './coverage.ts';
import { type Fuzzed, fuzz } from './fuzzing.ts';
import type { FuzzedParser } from './parser.ts';
import { watchInputs } from './watchdog.ts';

/** `table` is a module that exports `parsers`. */
export type Task = {
  table: string;
  parser: string;
  count: number;
  seed: number;
  corpus: string;
  stuckFile: string;
};
export type Result = Omit<Fuzzed, 'crashes' | 'kept'> & {
  crashes: { message: string; hex: string }[];
  kept: number;
  /** How much more memory the process had at its highest. */
  peakBytes: number;
};
/** How far it is, or what was found. */
export type Told = { inputs: number } | Result;

const task = JSON.parse(process.argv[2]!) as Task;
const coverage = new Coverage();
await coverage.start();
const { parsers } = (await import(task.table)) as { parsers: Record<string, FuzzedParser> };
const parser = parsers[task.parser]!;
const peakBefore = process.resourceUsage().maxRSS;
const watching = watchInputs(task.stuckFile);
const { crashes, kept, ...found } = await fuzz(parser, {
  coverage,
  count: task.count,
  random: seeded(task.seed),
  corpus: await readCorpus(task.corpus),
  onInput: watching.see,
  onParsed: watching.rest,
  onProgress: (inputs) => tell({ inputs }),
});
await watching.stop();
await writeCorpus(task.corpus, kept);
tell({
  ...found,
  kept: kept.length,
  peakBytes: (process.resourceUsage().maxRSS - peakBefore) * 1024,
  crashes: crashes.map(({ message, input }) => ({ message, hex: Buffer.from(input).toString('hex') })),
});
process.disconnect();

function tell(told: Told): void {
  process.send!(told);
}
