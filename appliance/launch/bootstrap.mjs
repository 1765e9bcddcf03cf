#!/usr/bin/env node
// Runs a TypeScript file of this clone under the Node that the lockfile names, installing the packages first when
// they are missing. Plain JavaScript without dependencies, because an older Node runs it in a clone with nothing in it.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { InstallError } from './npm.mjs';

const root = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..', '..'));
const parentEveryMs = 250;
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** Stays until the child has gone, passes every signal on to it and ends as it ended. */
function runUnder(node, args) {
  const child = spawn(node, args, { stdio: 'inherit' });
  const forward = (signal) => child.kill(signal);
  for (const signal of forwarded) process.on(signal, forward);
  watchParent(child);
  child.on('error', (error) => {
    process.stderr.write(
      `netmonitor: ${node} does not start (${error.message}). Delete node_modules and try again.\n`,
    );
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

/** npm passes a signal on to the shell between us, which dies of it without a word to us: then our parent changes. */
function watchParent(child) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, parentEveryMs);
  child.on('exit', () => clearInterval(timer));
}

const [file, ...args] = process.argv.slice(2);
try {
  if (!file) throw new InstallError('usage: bootstrap.mjs FILE.ts [ARGUMENT…]');
  runUnder(await ensureInstalled(root), [join(root, file), ...args]);
} catch (error) {
  if (!(error instanceof InstallError)) throw error;
  process.stderr.write(`netmonitor: ${error.message.trim()}\n`);
  process.exitCode = 1;
}
