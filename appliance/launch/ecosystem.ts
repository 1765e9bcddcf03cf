/** What pm2 is told: which programs, under which Node, and how they end and begin again. */

/** `script` is relative to the working folder, because pm2 hands a path with a space in it to a shell. */
export type App = { name: string; script: string; args: readonly string[]; log: string };

export type Ecosystem = { apps: Record<string, unknown>[] };

/** How long a daemon may take to end after it was asked. */
export const killTimeoutMs = 10_000;
const firstRestartDelayMs = 500;

export function ecosystem(
  apps: readonly App[],
  o: { cwd: string; env: Record<string, string>; killAfterMs: number },
): Ecosystem {
  return {
    apps: apps.map((app) => ({
      name: app.name,
      script: app.script,
      args: [...app.args],
      cwd: o.cwd,
      env: o.env,
      interpreter: process.execPath,
      exec_mode: 'fork',
      // Without this pm2 loads its own instrumentation into each process.
      pmx: false,
      out_file: app.log,
      error_file: app.log,
      merge_logs: true,
      kill_timeout: o.killAfterMs,
      stop_exit_codes: [78],
      // Grows by half each time, to 15 s; a daemon that ran for 30 s begins again at the first delay.
      exp_backoff_restart_delay: firstRestartDelayMs,
      max_restarts: 1_000_000,
      autorestart: true,
      watch: false,
      vizion: false,
    })),
  };
}

/** pm2's own settings: nothing in the person's home, no question to the network, everything at once. */
export function pm2Environment(
  home: string,
  inherited: Record<string, string>,
): Record<string, string | undefined> {
  const strangers = Object.keys(inherited).filter((name) =>
    /^(PM2_|pm_id$|NOTIFY_SOCKET$|WATCHDOG_)/.test(name),
  );
  return {
    ...Object.fromEntries(strangers.map((name) => [name, undefined])),
    PM2_HOME: home,
    PM2_DISCRETE_MODE: 'true',
    PM2_DISABLE_VERSION_CHECK: 'true',
    PM2_CONCURRENT_ACTIONS: '16',
    PM2_KILL_SIGNAL: 'SIGTERM',
  };
}
