#!/usr/bin/env node
/** `netmonitor`: the command line of the box. */
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../runtime/environment.ts';
import { messageOf } from '../runtime/errors.ts';
import { type ExitCode, runCommand } from './command.ts';
import { openTerminal } from './terminal.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

function callerName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the system's table still has a number.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

async function run(): Promise<ExitCode> {
  const terminal = openTerminal(interrupted.signal);
  try {
    return await runCommand({
      environment: readEnvironment(),
      terminal,
      clone: fileURLToPath(new URL('../../', import.meta.url)),
      nowMs: Date.now(),
      user: callerName(),
      signal: interrupted.signal,
    });
  } catch (error) {
    terminal.complain(`netmonitor: ${messageOf(error)}`);
    return 1;
  }
}

process.exitCode = await run();
