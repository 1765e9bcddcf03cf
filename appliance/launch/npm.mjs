// Runs `npm ci` as a separate program: found without a shell, quiet, and with a cache that is writable.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** An error whose message is all that the person needs. */
export class InstallError extends Error {}

/** Resolves to npm's exit code and the end of what it said; rejects when it cannot run or was interrupted. */
export function npmCi(root) {
  const [command, ...before] = npmCommand();
  const args = [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...args], {
      cwd: root,
      env: npmEnvironment(root),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const forward = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
    child.on('error', () =>
      reject(new InstallError(`\n${command} is not found: install npm, which comes with Node.`)),
    );
    child.on('close', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, forward);
      if (signal) reject(new InstallError('\ninstallation interrupted; the next start begins it anew.'));
      else resolve({ code, output });
    });
  });
}

/** npm as a script under the running Node, so that no shell and no PATH is needed. */
function npmCommand() {
  const beside = dirname(process.execPath);
  const cli = [
    process.env.npm_execpath,
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find((path) => path?.endsWith('npm-cli.js') && existsSync(path));
  return cli ? [process.execPath, cli] : ['npm'];
}

/** A home that is empty or not writable must not stop the installation: the cache then lives in the clone. */
function npmEnvironment(root) {
  try {
    accessSync(homedir() || '/nonexistent', constants.W_OK);
    if (process.env.HOME !== '') return process.env;
  } catch (error) {
    if (!error.code) throw error;
  }
  const cache = join(root, '.cache', 'npm');
  return { ...process.env, HOME: root, npm_config_cache: cache };
}
