/** `npm run agent`: one more agent in the foreground; shows the six digits and asks whether the box shows the same. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment, readEnvironment } from '../runtime/environment.ts';
import { exitCodeOf, Failure, messageOf } from '../runtime/errors.ts';
import { createLocalClient } from '../runtime/socket/client.ts';
import { type Home, takeHome } from './home.ts';
import { freshLog, lastWords } from './log.ts';
import { allGone, kill } from './processes.ts';
import { texts } from './texts.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const guard = new URL('launcher-guard.mjs', import.meta.url);
const killAfterMs = 10_000;

const help = `usage: npm run agent -- [--home DIR] [OPTION…]

Runs an agent on this computer that looks for a box on the network, until Ctrl-C.

  --home DIR        where its key and its log are kept (default: .netmonitor/agent in this folder)
  --box HOST:PORT   the box's address, when it is not found by itself
  --box-hash HEX    the box's key hash: a box with this key is trusted without comparing digits
  --name NAME       what the box calls this computer (default: its host name)

Further options are those of the agent itself: npm run agent -- --agent-help
`;

async function main(argv: string[]): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  if (argv.includes('--agent-help')) return exitOf(run('agent/main.ts', ['--help'], {}, 'inherit'));
  const { path, rest } = homeOf(argv);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const home = await takeHome(path);
  try {
    return await runIn(home, rest, stopping.signal);
  } finally {
    await home.release();
  }
}

function homeOf(argv: string[]): { path: string; rest: string[] } {
  const at = argv.findIndex((word) => word === '--home' || word.startsWith('--home='));
  if (at < 0) return { path: join(root, '.netmonitor', 'agent'), rest: argv };
  const inline = argv[at]?.includes('=') ?? false;
  const given = inline ? argv[at]?.slice('--home='.length) : argv[at + 1];
  if (!given) throw new Failure('CONFIG_INVALID', '--home needs a folder.');
  return { path: resolve(given), rest: argv.toSpliced(at, inline ? 1 : 2) };
}

async function runIn(home: Home, args: string[], signal: AbortSignal): Promise<number> {
  const env = { NETMONITOR_HOME: home.path, NETMONITOR_RUN: home.runDir };
  const log = await freshLog(home.logsDir, 'agent');
  const agent = run('agent/main.ts', args, env, 'pipe');
  const file = createWriteStream(log, { flags: 'a' });
  agent.stdout?.pipe(file, { end: false });
  agent.stderr?.pipe(file, { end: false });
  const over = new AbortController();
  const ended = exitOf(agent).finally(() => over.abort());
  const { started } = texts[readEnvironment().locale?.startsWith('fr') ? 'fr' : 'en'];
  process.stdout.write(`${started} ${log}\n`);
  // The command of the agent itself: says what becomes of the link, shows the digits and asks.
  await answers(home.runDir, AbortSignal.any([signal, over.signal]));
  const asking =
    agent.exitCode === null && !signal.aborted ? run('agent/cli.ts', ['watch'], env, 'inherit') : undefined;
  await Promise.race([ended, untilAborted(signal), ...(asking ? [interrupted(asking)] : [])]);
  for (const child of [asking, agent]) await end(child);
  file.end();
  const code = await ended;
  if (code === 0 || signal.aborted) return 0;
  process.stderr.write(`${await lastWords(log)}\n`);
  return code;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

/** Ctrl-C at the question ends the one who asks; it means all of us. */
function interrupted(asking: ChildProcess): Promise<void> {
  return new Promise((done) =>
    asking.once('exit', (_code, signal) => {
      if (signal !== null) done();
    }),
  );
}

async function answers(runDir: string, signal: AbortSignal): Promise<void> {
  const client = createLocalClient({ path: join(runDir, 'agent.sock') });
  const up = () =>
    client.get('/v1/status').then(
      () => true,
      () => false,
    );
  while (!signal.aborted && !(await up())) await sleep(100);
  client.close();
}

function run(
  main: string,
  args: string[],
  env: Record<string, string>,
  stdio: 'pipe' | 'inherit',
): ChildProcess {
  // What runs in the background ends with us, also when we are killed: then its input ends.
  const guarded = stdio === 'pipe' ? ['--import', guard.href] : [];
  return spawn(process.execPath, [...guarded, join(root, main), ...args], {
    stdio,
    // Out of the terminal's group: Ctrl-C reaches it through us, once.
    detached: stdio === 'pipe',
    env: childEnvironment(env),
  });
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done(code ?? 1));
  });
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  if (!(await allGone([child.pid], killAfterMs))) kill(child.pid, 'SIGKILL');
}

try {
  process.exitCode = await main(readEnvironment().argv);
} catch (error) {
  process.stderr.write(`netmonitor: ${messageOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
