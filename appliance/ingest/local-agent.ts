/**
 * The agent on this box is admitted by itself: it writes its public key where our configuration says, and we write our
 * address and key where its configuration says. Both files are believed only if nobody but their writer can have made them.
 */
import { createPublicKey } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keyHash } from '../protocol/identity.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import { readOwned, writeFileSafely } from '../runtime/files.ts';
import { type Log, limited } from '../runtime/log.ts';

const maxBytes = 1024;
const complainEveryMs = 600_000;

export class LocalAgent {
  readonly #path: string;
  readonly #log: Log;

  constructor(o: { path: string; log: Log }) {
    this.#path = o.path;
    this.#log = limited(o.log, complainEveryMs);
  }

  /** Read anew each time, because the agent may make its key after we have started. */
  async is(key: string): Promise<boolean> {
    if (this.#path === '') return false;
    try {
      const { uid } = await lstat(dirname(this.#path));
      const line = Buffer.from(await readOwned(this.#path, { maxBytes, uid }))
        .toString('latin1')
        .trim();
      const spki = createPublicKey({ key: Buffer.from(line, 'base64'), format: 'der', type: 'spki' });
      return keyHash(spki) === key;
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'NOT_FOUND')) {
        this.#log.warn('the key of the agent on this box is not believed', {
          path: this.#path,
          reason: messageOf(error),
        });
      }
      return false;
    }
  }
}

/** Only somebody on this box comes from these. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);
}

export async function writeDoorFile(
  path: string,
  door: { addresses: string[]; port: number; hash: string; name: string; reset?: string | null },
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFileSafely(path, `${JSON.stringify(door)}\n`, { mode: 0o644 });
}
