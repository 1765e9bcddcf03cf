/** Makes the folders of a process and proves that they can be written, before anything is opened in them. */
import { join } from 'node:path';
import { mkdir, open, unlink } from './disk.ts';
import type { Environment } from './environment.ts';
import { Failure, messageOf, systemCodeOf } from './errors.ts';
import type { Places } from './places.ts';

/** With `livesOn` a disk that is full or read-only is told to it, and no reason to stop. */
export async function prepareFolders(
  places: Places,
  environment: Environment,
  livesOn?: (error: unknown) => void,
): Promise<void> {
  const prepared = attempt(places.stateDir, async () => {
    await mkdir(places.stateDir, { recursive: true, mode: 0o700 });
    const probe = join(places.stateDir, `.writable.${process.pid}`);
    await (await open(probe, 'w', 0o600)).close();
    await unlink(probe);
  });
  await prepared.catch((error: unknown) => {
    const isDisk = ['EROFS', 'ENOSPC', 'EDQUOT', 'EIO'].includes(systemCodeOf(causeOf(error)) ?? '');
    if (livesOn === undefined || !isDisk) throw error;
    livesOn(error);
  });
  // An installed box has its socket folder from tmpfiles.d, with the rights of the group; it is not ours to make.
  if (environment.home === undefined && environment.runDir === undefined) return;
  await attempt(places.runDir, () => mkdir(places.runDir, { recursive: true, mode: 0o700 }));
}

const causeOf = (error: unknown) => (error instanceof Failure ? error.cause : undefined);

async function attempt(path: string, make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    const advice = 'give it to this user, or choose another home with NETMONITOR_HOME';
    const what = `cannot write in the folder ${path} (${messageOf(error)}): ${advice}`;
    throw new Failure('STATE_UNWRITABLE', what, { cause: error, path });
  }
}
