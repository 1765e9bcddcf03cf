/** Starts one program of the product as a process of its own, keeps what it says, and ends it by its pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../appliance/runtime/environment.ts';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm test` shares among all processes: the compiled modules (nothing when a test is run by hand). */
const { NODE_COMPILE_CACHE } = childEnvironment({});
const compileCache = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };

export type Program = {
  readonly pid: number;
  readonly said: () => string;
  /** How it ended, or null while it runs. */
  readonly over: () => number | NodeJS.Signals | null;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
  write(text: string): void;
};

export type Launch = {
  /** Path of the `.ts` file within the repository, or an absolute one. */
  main: string;
  args?: readonly string[];
  env?: Record<string, string>;
  /** A command before node, as in `ip netns exec NAME`. */
  prefix?: readonly string[];
};

export function startProgram(launch: Launch): Program {
  const [command, ...rest] = [
    ...(launch.prefix ?? []),
    process.execPath,
    fileURLToPath(new URL(launch.main, new URL('../../', import.meta.url))),
    ...(launch.args ?? []),
  ];
  const child: ChildProcess = spawn(command!, rest, {
    env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', ...compileCache, ...launch.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  const keep = (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-200_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 1));
  });
  return {
    pid: child.pid ?? 0,
    said: () => said,
    over: () => child.exitCode ?? child.signalCode,
    ended,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
    write: (text) => {
      child.stdin?.write(text);
    },
  };
}
