/** Where a daemon keeps its state, its socket and its configuration. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './environment.ts';
import { Failure, messageOf, systemCodeOf } from './errors.ts';

export type Places = { stateDir: string; runDir: string; configFile: string };

export function placesOf(daemon: string, environment: Environment): Places {
  const { home } = environment;
  if (home === undefined) {
    return {
      stateDir: environment.stateDirectory ?? `/var/lib/netmonitor/${daemon}`,
      runDir: environment.runDir ?? environment.runtimeDirectory ?? installedRunDir(daemon),
      configFile: `/etc/netmonitor/${daemon}.toml`,
    };
  }
  return {
    stateDir: join(home, 'state', daemon),
    runDir: runDirOf(environment) ?? join(home, 'run'),
    configFile: join(home, 'config', `${daemon}.toml`),
  };
}

/** The folder of the sockets: named by the environment, or noted in the state by whoever chose it at start. */
export function runDirOf(environment: Environment): string | undefined {
  if (environment.runDir !== undefined) return environment.runDir;
  if (environment.home === undefined) return undefined;
  const note = join(environment.home, 'state', 'run');
  try {
    return readFileSync(note, 'utf8').trim() || undefined;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'ENOTDIR') return undefined;
    throw new Failure('CONFIG_INVALID', `cannot read ${note}: ${messageOf(error)}`, {
      cause: error,
      path: note,
    });
  }
}

/** The agent is no member of the appliance's group and must not be able to pose as one of its sockets. */
function installedRunDir(daemon: string): string {
  return daemon === 'agent' ? '/run/netmonitor-agent' : '/run/netmonitor';
}
