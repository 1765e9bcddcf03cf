/** The package that this command came with: its script `service` starts, stops, reads and removes the agent of this system. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Terminal } from './commands.ts';
import { type InstallationWords, isYes } from './installation-words.table.ts';

export type Installation = {
  /** Runs the script in this very terminal; resolves to its exit code. */
  run(...args: readonly string[]): Promise<number>;
};

/** Undefined in a clone of the sources, where nothing was installed. `folder` is where this command lies. */
export function installationIn(folder: string): Installation | undefined {
  const windows = process.platform === 'win32';
  const script = join(folder, windows ? 'service.ps1' : 'service');
  if (!existsSync(script)) return undefined;
  return { run: (...args) => runHere(...(windows ? powerShellOf(script, args) : ([script, args] as const))) };
}

/** Behind a dash PowerShell looks for a parameter of the script, so words of ours go without. */
export function powerShellOf(script: string, args: readonly string[]): [command: string, args: string[]] {
  const words = args.map((word) => word.replace(/^-+/, ''));
  return ['powershell.exe', ['-NoProfile', '-ExecutionPolicy', 'Bypass', '-File', script, ...words]];
}

function runHere(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

export type House = {
  installation: Installation | undefined;
  terminal: Terminal;
  words: InstallationWords;
};

export async function logs({ installation, terminal, words }: House, argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: { lines: { type: 'string', short: 'n' }, follow: { type: 'boolean', short: 'f' } },
  });
  const { lines = '200', follow = false } = values;
  if (!/^\d{1,7}$/.test(lines)) throw new TypeError('--lines needs a number');
  if (installation === undefined) return notInstalled(terminal, words);
  return installation.run('logs', lines, ...(follow ? ['follow'] : []));
}

export async function uninstall({ installation, terminal, words }: House, argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: { keep: { type: 'boolean' }, yes: { type: 'boolean', short: 'y' } },
  });
  if (installation === undefined) return notInstalled(terminal, words);
  const { keep = false, yes = false } = values;
  if (!yes) {
    const said = await terminal.ask(
      keep ? words.removeAndKeep : words.removeAll,
      new AbortController().signal,
    );
    if (said === undefined || !isYes(said)) {
      terminal.print(`${words.stays}\n`);
      return 1;
    }
  }
  const code = await installation.run('uninstall', ...(keep ? ['--keep'] : []));
  if (code === 0) terminal.print(`${words.removed}\n`);
  return code;
}

function notInstalled(terminal: Terminal, words: InstallationWords): number {
  terminal.print(`${words.notInstalled}\n`);
  return 1;
}
