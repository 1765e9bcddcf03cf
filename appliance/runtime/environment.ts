/** The only reader of the process environment and of its arguments. */
import { fstatSync } from 'node:fs';

export type Environment = {
  /** NETMONITOR_HOME: configuration and state of a development or test instance. */
  home?: string;
  /** NETMONITOR_RUN: the folder of the sockets. */
  runDir?: string;
  /** Set by systemd for a unit with Type=notify. */
  notifySocket?: string;
  watchdogUsec?: number;
  /** stdout goes to journald, which reads priorities from the lines. */
  journald: boolean;
  argv: string[];
  /** Folders that systemd made for the unit (StateDirectory=, RuntimeDirectory=). */
  stateDirectory?: string;
  runtimeDirectory?: string;
  /** LC_ALL, LC_MESSAGES or LANG, as they stand: `fr_FR.UTF-8`. */
  locale?: string;
  /** NETMONITOR_CLOCK: a folder that steers the wall clock, in tests. */
  clockDir?: string;
};

export function readEnvironment(): Environment {
  const { env } = process;
  return {
    ...given('home', env.NETMONITOR_HOME),
    ...given('runDir', env.NETMONITOR_RUN),
    ...given('notifySocket', env.NOTIFY_SOCKET),
    ...given('watchdogUsec', watchdogUsec(env.WATCHDOG_USEC, env.WATCHDOG_PID)),
    ...given('stateDirectory', env.STATE_DIRECTORY?.split(':')[0]),
    ...given('runtimeDirectory', env.RUNTIME_DIRECTORY?.split(':')[0]),
    ...given('locale', env.LC_ALL || env.LC_MESSAGES || env.LANG),
    ...given('clockDir', env.NETMONITOR_CLOCK),
    journald: env.JOURNAL_STREAM !== undefined && env.JOURNAL_STREAM === streamOf(1),
    argv: process.argv.slice(2),
  };
}

/** The environment for a child process: what we have, with changes; `undefined` removes a variable. */
export function childEnvironment(changes: Record<string, string | undefined>): Record<string, string> {
  const merged = Object.entries({ ...process.env, ...changes });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [P in K]?: V });
}

/** The watchdog is for us only when WATCHDOG_PID is missing or ours (sd_watchdog_enabled(3)). */
function watchdogUsec(text: string | undefined, pid: string | undefined): number | undefined {
  if (!text || (pid && Number(pid) !== process.pid)) return undefined;
  const usec = Number(text);
  return Number.isSafeInteger(usec) && usec > 0 ? usec : undefined;
}

/** JOURNAL_STREAM is inherited by children, so it counts only if it names our own stdout (systemd.exec(5)). */
function streamOf(fd: number): string | undefined {
  try {
    const { dev, ino } = fstatSync(fd);
    return `${dev}:${ino}`;
  } catch {
    // A closed stdout is not journald.
    return undefined;
  }
}
