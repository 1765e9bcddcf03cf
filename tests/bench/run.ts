/** `npm run bench -- NAME`: measures one row, prints a table for people or one line of JSON. */

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildBundles } from '../../image/bundles.ts';
import { Misuse, sayingMisuse } from '../misuse.ts';
import { type Bench, type BenchContext, type BenchResult, MissingPeer } from './bench.ts';
import { benches } from './index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function help(): string {
  const rows = Object.entries<Bench>(benches).map(([name, bench]) => {
    const options = Object.entries(bench.help).map(
      ([option, about]) => `      --${option.padEnd(12)} ${about}\n`,
    );
    return `  ${name.padEnd(8)} ${bench.about}; goal: ${bench.goal}\n${options.join('')}`;
  });
  return `usage: npm run bench -- NAME [OPTION…]\n\n${rows.join('')}\n      --json         the last line is one JSON object\n\nExit: 0 met, 1 not met, 2 there is no such bench or option, 3 something to compare with is missing.\n`;
}

function table(name: string, bench: Bench, result: BenchResult): string {
  const rows = Object.entries(result.figures);
  const width = Math.max(...rows.map(([figure]) => figure.length));
  const lines = rows.map(([figure, value]) => `  ${figure.padEnd(width)}  ${value}`);
  return `${name}: ${bench.about}\n${lines.join('\n')}\n  goal: ${bench.goal}: ${result.met ? 'met' : 'NOT met'}\n  ${result.conditions}\n`;
}

async function main(argv: string[]): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (name === '--help' || rest.includes('--help')) {
    process.stdout.write(help());
    return 0;
  }
  const bench = Object.hasOwn(benches, name) ? (benches as Record<string, Bench>)[name] : undefined;
  if (!bench) throw new Misuse(`There is no bench ${JSON.stringify(name)}.`);
  const { values } = parseArgs({ args: rest, options: { ...bench.options, json: { type: 'boolean' } } });
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  const progress = (text: string) => process.stderr.write(`${text}\n`);
  const context: BenchContext = {
    values: values as Record<string, string | undefined>,
    bundles: async () => (await buildBundles({ root, outDir: `${root}.cache/bench/bundles`, progress })).dir,
    progress,
    signal: stopping.signal,
  };
  const result = await bench.run(context);
  process.stdout.write(
    values.json ? `${JSON.stringify({ bench: name, ...result })}\n` : table(name, bench, result),
  );
  return result.met ? 0 : 1;
}

try {
  process.exitCode = await sayingMisuse(help(), () => main(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof MissingPeer)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 3;
}
