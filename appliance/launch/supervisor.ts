/** Runs the daemons under pm2, which is a program of its own beside us, and leaves no process behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from '../runtime/environment.ts';
import { type App, ecosystem, killTimeoutMs, pm2Environment } from './ecosystem.ts';
import { allGone, carries, isAlive, kill, pidsIn } from './processes.ts';

export type DaemonEnd = { daemon: string; code: number; signal: string };

export type Supervisor = {
  /** Resolves when pm2 has ended, asked or not. */
  readonly ended: Promise<void>;
  /** Asks all at once; the numbers of those that had to be killed after ten seconds. */
  stop(): Promise<number[]>;
};

export type Supervision = {
  /** Where the programs run, and what their paths are relative to. */
  cwd: string;
  runDir: string;
  apps: readonly App[];
  env: Record<string, string>;
  /** Where pm2's own words go. */
  log: string;
  onEnd(end: DaemonEnd): void;
  /** How long after having been asked a process is killed: ten seconds. */
  killAfterMs?: number;
};

const guard = new URL('launcher-guard.mjs', import.meta.url);
/** pm2 takes about a second until it can be asked to stop; before that a signal would leave children behind. */
const launchTimeoutMs = 15_000;

export async function supervise(o: Supervision): Promise<Supervisor> {
  const killAfterMs = o.killAfterMs ?? killTimeoutMs;
  const home = join(o.runDir, 'pm2');
  await mkdir(home, { mode: 0o700 });
  // pm2 otherwise measures the whole machine every 30 s.
  await writeFile(join(home, 'module_conf.json'), '{"pm2":{"sysmonit":"false"}}');
  const file = join(home, 'ecosystem.json');
  await writeFile(file, JSON.stringify(ecosystem(o.apps, { cwd: o.cwd, env: o.env, killAfterMs })));
  const pm2 = spawn(process.execPath, pm2Arguments(file), {
    cwd: o.cwd,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: childEnvironment(pm2Environment(home, childEnvironment({}))),
  });
  const ended = new Promise<void>((resolve, reject) => {
    pm2.once('error', reject);
    pm2.once('exit', () => resolve());
  });
  const launched = watch(pm2, o);
  const ready = Promise.race([launched, ended, sleep(launchTimeoutMs, undefined, { ref: false })]);
  return { ended, stop: () => stop(pm2, { runDir: o.runDir, home, ready, killAfterMs }) };
}

function pm2Arguments(file: string): string[] {
  const runtime = join(import.meta.dirname, '..', '..', 'node_modules', 'pm2', 'bin', 'pm2-runtime');
  return ['--import', guard.href, runtime, 'start', file, '--no-auto-exit'];
}

/** Reads pm2's words: resolves when every program was started once, and tells of each that ended. */
function watch(pm2: ChildProcess, o: Supervision): Promise<void> {
  const log = createWriteStream(o.log, { flags: 'a' });
  const starting = new Set(o.apps.map((app) => app.name));
  pm2.stderr?.pipe(log, { end: false });
  return new Promise((resolve) => {
    const lines = createInterface({ input: pm2.stdout ?? process.stdin });
    lines.on('line', (line) => {
      const said = /App \[(\w+):\d+\] (online|exited with code \[(\d+)\] via signal \[(\w+)\])/.exec(line);
      if (!line.startsWith('level=')) log.write(`${line}\n`);
      if (!said) return;
      const daemon = said[1] ?? '';
      starting.delete(daemon);
      if (said[3] !== undefined) o.onEnd({ daemon, code: Number(said[3]), signal: said[4] ?? '' });
      if (starting.size === 0) resolve();
    });
    lines.on('close', () => log.end());
  });
}

async function stop(
  pm2: ChildProcess,
  o: { runDir: string; home: string; ready: Promise<void>; killAfterMs: number },
): Promise<number[]> {
  await o.ready;
  const daemons = new Set(await pidsIn(join(o.home, 'pids')));
  if (pm2.exitCode === null && pm2.signalCode === null) pm2.kill('SIGTERM');
  const own = pm2.pid ?? 0;
  await allGone([own, ...daemons], o.killAfterMs);
  for (const pid of await pidsIn(join(o.home, 'pids'))) daemons.add(pid);
  const left = [own, ...daemons].filter(
    (pid) => pid > 0 && isAlive(pid) && (pid === own || carries(pid, o.runDir)),
  );
  for (const pid of left) kill(pid, 'SIGKILL');
  await allGone(left, 1_000);
  return left;
}
