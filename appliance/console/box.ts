/** Where the box's sockets are, and the clients that speak to them. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createDisplayClient } from '../../display/client/client.ts';
import { createIngestClient } from '../ingest/client/client.ts';
import type { Environment } from '../runtime/environment.ts';
import { Failure } from '../runtime/errors.ts';
import { runDirOf } from '../runtime/places.ts';
import { createStoreClient } from '../store/client/client.ts';
import { createWatchClient } from '../watch/client/client.ts';
import { createWebClient } from '../web/client/client.ts';
import type { Say } from './words.ts';

const installedRunDir = '/run/netmonitor';

/** A flag wins over the environment, that over the folder of this clone, that over an installed box. */
export function findRunDir(
  flags: { run?: string; home?: string },
  environment: Environment,
  clone: string,
  say: Say,
): string {
  if (flags.run !== undefined) return resolve(flags.run);
  if (flags.home !== undefined) {
    const home = resolve(flags.home);
    const found = noted(home);
    if (found === undefined) throw new Failure('UNAVAILABLE', say('notRunningHome', home), { path: home });
    return found;
  }
  const named = runDirOf(environment);
  if (named !== undefined) return named;
  return (environment.home === undefined ? noted(join(clone, '.netmonitor')) : undefined) ?? installedRunDir;
}

/** Whose state it is, by the same order; undefined is the installed box. */
export function findHome(
  flag: string | undefined,
  environment: Environment,
  clone: string,
): string | undefined {
  const named = flag ?? environment.home;
  if (named !== undefined) return resolve(named);
  const own = join(clone, '.netmonitor');
  return existsSync(own) ? own : undefined;
}

/** What the launcher noted for this home; a home of a test has its sockets inside. */
function noted(home: string): string | undefined {
  const inside = join(home, 'run');
  return runDirOf({ home, journald: false, argv: [] }) ?? (existsSync(inside) ? inside : undefined);
}

export type Box = ReturnType<typeof openBox>;

export function openBox(runDir: string) {
  const store = createStoreClient({ runDir, as: 'console' });
  const ingest = createIngestClient({ runDir, as: 'console' });
  const watch = createWatchClient({ runDir, as: 'console' });
  const web = createWebClient({ runDir, as: 'console' });
  const display = createDisplayClient({ runDir, as: 'console' });
  return {
    runDir,
    store,
    ingest,
    watch,
    web,
    display,
    close() {
      for (const client of [store, ingest, watch, web, display]) client.close();
    },
  };
}
