/** `npm run faults -- NAME`: injects faults, says what was found, in pieces if wished. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Misuse, sayingMisuse } from '../misuse.ts';
import { type Fault, type Findings, isMet, nothingFound, sum, ToolMissing } from './fault.ts';
import { faults } from './index.ts';
import { commitOf, readFindings, stateFile, writeFindings } from './progress.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Findings are kept after each piece, so that an interrupted run can go on. */
const pieceCount = 25;
const usualCount = 50;

const help = `usage: npm run faults -- NAME [--count N] [--parser NAME] [--resume] [--json]

${Object.entries<Fault>(faults)
  .map(([name, fault]) => `  ${name.padEnd(8)} ${fault.about}: ${fault.goal}\n`)
  .join('')}
  --count N   how many faults (${usualCount}; ${usualCounts()})
${Object.entries<Fault>(faults)
  .flatMap(([name, { parts }]) =>
    parts ? [`  --${parts.flag} NAME  of ${name} only one of ${parts.names.join(', ')}\n`] : [],
  )
  .join('')}  --resume    add to what earlier runs of this commit found, until N are reached
  --json      the last line is one JSON object

Exit: 0 met, 1 not met, 2 there is no such test or option, 3 a program that the test needs is missing.
`;

function usualCounts(): string {
  const named = Object.entries<Fault>(faults).filter(([, fault]) => fault.usualCount !== undefined);
  return named.map(([name, fault]) => `${name} ${fault.usualCount}`).join(', ');
}

async function main(argv: string[]): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (name === '--help' || rest.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  const fault = Object.hasOwn(faults, name) ? (faults as Record<string, Fault>)[name] : undefined;
  if (!fault) throw new Misuse(`There is no fault test ${JSON.stringify(name)}.`);
  const boolean = { type: 'boolean' } as const;
  const string = { type: 'string' } as const;
  const options = { count: string, parser: string, daemon: string, resume: boolean, json: boolean } as const;
  const { values } = parseArgs({ args: rest, options });
  const count = Number(values.count ?? fault.usualCount ?? usualCount);
  if (!Number.isInteger(count) || count < 1)
    throw new Misuse(`--count must be a whole number from 1, not ${JSON.stringify(values.count)}.`);
  const part = partOf(fault, values);
  const found = await inject(part === undefined ? name : `${name}-${part}`, fault, {
    ...{ count, part },
    resume: values.resume === true,
  });
  const met = isMet(found, count);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ faults: name, count, ...found, met })}\n`
      : table(name, fault, found, count, met),
  );
  return met ? 0 : 1;
}

/** The one part that a flag names, if the fault has parts. */
function partOf(fault: Fault, values: { parser?: string; daemon?: string }): string | undefined {
  for (const flag of ['parser', 'daemon'] as const) {
    const wanted = values[flag];
    if (wanted === undefined) continue;
    if (fault.parts?.flag !== flag) throw new Misuse(`This fault test has no --${flag}.`);
    if (!fault.parts.names.includes(wanted))
      throw new Misuse(`There is no ${flag} "${wanted}", but ${fault.parts.names.join(', ')}.`);
    return wanted;
  }
  return undefined;
}

type Wanted = { count: number; part: string | undefined; resume: boolean };

/** `name` is that under which the findings are kept. */
async function inject(name: string, fault: Fault, { count, part, resume }: Wanted): Promise<Findings> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  const progress = (text: string) => process.stderr.write(`${text}\n`);
  const { commit, clean } = commitOf(root);
  const file = resume && clean ? stateFile(root, commit, name) : undefined;
  if (resume && !clean)
    progress('The tree has changes that are not committed: nothing is added to earlier runs.');
  let found = file ? await readFindings(file) : nothingFound;
  if (found.injected > 0)
    progress(`${found.injected} of ${count} from earlier runs of ${commit.slice(0, 10)}`);
  while (found.injected < count && !stopping.signal.aborted) {
    const piece = Math.min(fault.piece ?? pieceCount, count - found.injected);
    const more = await fault.run({ count: piece, part, progress, signal: stopping.signal });
    found = sum(found, more);
    if (file) await writeFindings(file, found);
    progress(`${found.injected} of ${count} injected`);
    if (more.injected === 0 || more.unopenable > 0) break;
  }
  return found;
}

function table(name: string, fault: Fault, found: Findings, count: number, met: boolean): string {
  const rows = Object.entries({ count, ...found }).map(([key, value]) => {
    const said = typeof value === 'object' ? JSON.stringify(value) : value;
    return `  ${key.padEnd(10)}  ${said}`;
  });
  return `${name}: ${fault.about}\n${rows.join('\n')}\n  ${fault.goal}: ${met ? 'met' : 'NOT met'}\n`;
}

try {
  process.exitCode = await sayingMisuse(help, () => main(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof ToolMissing)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 3;
}
