/** `npm test`: runs the test files under our Node, says in one place what failed or was skipped, and sets the exit code. */
import { globSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { type EventData, run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { childEnvironment } from '../appliance/runtime/environment.ts';
import { childrenCpuSeconds } from './helpers/cpu.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const help = `usage: npm test -- [PATH…] [--match TEXT] [--ci]

PATH is a test file or a folder; without one, every tests/**/*.test.ts runs.
  --match TEXT   only tests whose name contains TEXT (a regular expression)
  --ci           a skipped or unfinished test is a failure (also when CI=true)
`;
/** A file that takes longer hangs; the slowest real one needs a fraction of it. */
const fileTimeoutMs = 240_000;

type Seen = { failed: string[]; skipped: string[]; fileMs: Map<string, number> };

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean' }, ci: { type: 'boolean' }, match: { type: 'string' } },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const files = testFiles(positionals);
  if (files.length === 0) {
    process.stderr.write(`No test file in ${positionals.join(', ') || 'tests'}.\n`);
    return 2;
  }
  const ci = values.ci === true || /^(1|true|yes)$/i.test(childEnvironment({}).CI ?? '');
  const { seen, success } = await runFiles(files, values.match);
  return report(seen, { files: files.length, success, ci });
}

function testFiles(paths: string[]): string[] {
  const wanted = paths.length > 0 ? paths : ['tests'];
  const found = wanted.flatMap((path) => {
    const absolute = resolve(path);
    if (!statSync(absolute, { throwIfNoEntry: false })?.isDirectory())
      return globSync(path).map((p) => resolve(p));
    return globSync('**/*.test.ts', { cwd: absolute }).map((file) => join(absolute, file));
  });
  return [...new Set(found)].sort();
}

async function runFiles(
  files: string[],
  match: string | undefined,
): Promise<{ seen: Seen; success: boolean }> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const stream = run({
    files,
    cwd: root,
    concurrency: Math.max(1, Math.min(cpus().length, 4)),
    timeout: fileTimeoutMs,
    signal: stopping.signal,
    ...(match ? { testNamePatterns: [match] } : {}),
  });
  const seen: Seen = { failed: [], skipped: [], fileMs: new Map() };
  let success = false;
  stream.on('test:pass', (data) => notePass(seen, data));
  stream.on('test:fail', (data) => noteFailure(seen, data));
  stream.on('test:summary', (data) => {
    if (data.file) seen.fileMs.set(data.file, data.duration_ms);
    else success = data.success;
  });
  await new Promise<void>((done, failed) => {
    const output = stream.compose(new spec());
    output.on('error', failed).on('end', done);
    output.pipe(process.stdout, { end: false });
  });
  return { seen, success: success && !stopping.signal.aborted };
}

function where(data: { name: string; file?: string | undefined; line?: number | undefined }): string {
  return `${data.file ? relative(root, data.file) : '?'}:${data.line ?? 0}  ${data.name}`;
}

function notePass(seen: Seen, data: EventData.TestPass): void {
  if (data.skip !== undefined || data.todo !== undefined) {
    const why = data.skip ?? data.todo;
    seen.skipped.push(where(data) + (typeof why === 'string' && why ? ` (${why})` : ''));
  }
}

/** A failing subtest fails its parents too: only the innermost one says what to look at. */
function noteFailure(seen: Seen, data: EventData.TestFail): void {
  const cause = data.details.error as Error & { failureType?: string };
  if (data.todo !== undefined) seen.skipped.push(where(data));
  else if (cause.failureType !== 'subtestsFailed') seen.failed.push(where(data));
}

function report(seen: Seen, o: { files: number; success: boolean; ci: boolean }): number {
  const list = (title: string, names: string[]) =>
    names.length > 0 ? `\n${title}\n${names.map((name) => `  ${name}`).join('\n')}\n` : '';
  const slowest = [...seen.fileMs.entries()]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([file, ms]) => `${relative(root, file)} ${(ms / 1000).toFixed(1)} s`);
  const refused = o.ci && seen.skipped.length > 0;
  const failed = !o.success || seen.failed.length > 0 || refused;
  process.stdout.write(
    list('Failed:', seen.failed) +
      list(refused ? 'Skipped, which CI does not accept:' : 'Skipped:', seen.skipped) +
      list('Slowest files:', slowest) +
      `\n${o.files} files, ${childrenCpuSeconds().toFixed(0)} s of CPU: ${failed ? 'FAILED' : 'passed'}\n`,
  );
  return failed ? 1 : 0;
}

process.exitCode = await main();
