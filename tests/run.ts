/** `npm test`: runs the test files under our Node, says in one place what failed or was skipped, and sets the exit code. */
import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { run, type TestsStream } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { childEnvironment } from '../appliance/runtime/environment.ts';
import { childrenCpuSeconds } from './helpers/cpu.ts';
import { compileCache } from './runner/cache.ts';
import { endOverdue } from './runner/overdue.ts';
import { type Seen, watch } from './runner/seen.ts';
import { planProcesses, writeEntries } from './runner/together.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const help = `usage: npm test -- [PATH…] [--match TEXT] [--ci]

PATH is a test file or a folder; without one, every tests/**/*.test.ts runs.
  --match TEXT   only tests whose name contains TEXT (a regular expression)
  --ci           a skipped or unfinished test is a failure (also when CI=true)
`;
/** A file that takes longer hangs; the slowest real one needs a fraction of it. */
const fileTimeoutMs = 240_000;

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
  const seen = await runFiles(files, values.match);
  return report(seen, { files: files.length, ci });
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

async function runFiles(files: string[], match: string | undefined): Promise<Seen> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  // A pattern would match the names that shared processes give to their files.
  const plan = match ? { apart: files, together: [] } : planProcesses(files);
  const folder = mkdtempSync(join(tmpdir(), 'nm-tests-'));
  try {
    const shared = writeEntries(plan.together, { root, folder, timeoutMs: fileTimeoutMs / 2 });
    const stream = run({
      files: [...shared.map(({ entry }) => entry), ...plan.apart],
      cwd: root,
      concurrency: Math.max(1, Math.min(cpus().length, 4)),
      signal: stopping.signal,
      env: childEnvironment({ NODE_COMPILE_CACHE: compileCache(root) }),
      ...(match ? { testNamePatterns: [match] } : {}),
    });
    endOverdue(stream, { timeoutMs: fileTimeoutMs, orElse: () => stopping.abort() });
    const seen = watch(stream, { root, shared });
    await print(stream);
    return { ...seen, success: seen.success && !stopping.signal.aborted };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(stream: TestsStream): Promise<void> {
  return new Promise((done, failed) => {
    const output = stream.compose(new spec());
    output.on('error', failed).on('end', done);
    output.pipe(process.stdout, { end: false });
  });
}

function report(seen: Seen, o: { files: number; ci: boolean }): number {
  const list = (title: string, names: string[]) =>
    names.length > 0 ? `\n${title}\n${names.map((name) => `  ${name}`).join('\n')}\n` : '';
  const slowest = [...seen.fileMs.entries()]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([file, ms]) => `${file} ${(ms / 1000).toFixed(1)} s`);
  const refused = o.ci && seen.skipped.length > 0;
  const failed = !seen.success || seen.failed.length > 0 || refused;
  process.stdout.write(
    list('Failed:', seen.failed) +
      list(refused ? 'Skipped, which CI does not accept:' : 'Skipped:', seen.skipped) +
      list('Slowest files:', slowest) +
      `\n${o.files} files, ${childrenCpuSeconds().toFixed(0)} s of CPU: ${failed ? 'FAILED' : 'passed'}\n`,
  );
  return failed ? 1 : 0;
}

process.exitCode = await main();
