/** Putting the box back to as it was new, seen by the other daemons: who may order it, and who has to follow. */
import { join } from 'node:path';
import type { Timer } from '../../runtime/clock.ts';
import { Failure, messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Part } from '../../runtime/parts.ts';
import { beginReset, lastReset } from '../../runtime/reset.ts';
import { createLocalClient } from '../../runtime/socket/client.ts';
import { type StoreRole, storeSocket } from './roles.ts';

export type ResetClient = {
  /** Everything that the box knows will be gone once this has returned. Only web and display may ask for it. */
  begin(): Promise<void>;
  /** The id of the last one that the store has finished. */
  last(): Promise<string | null>;
  /** At once if the store is there, and whenever it has come back. */
  onUp(listener: () => void): Timer;
  close(): void;
};

export function createResetClient(o: { runDir: string; as: StoreRole }): ResetClient {
  const local = createLocalClient({ path: join(o.runDir, storeSocket(o.as)) });
  return {
    async begin() {
      await local.post('/v1/reset');
    },
    async last() {
      return ((await local.get('/v1/reset')) as { last: string | null }).last;
    },
    onUp: (listener) =>
      local.follow('/v1/changes', { query: { topic: 'setting' }, onLine: () => undefined, onUp: listener }),
    close: () => local.close(),
  };
}

/**
 * Lets a daemon forget everything when the store has, also if it was away meanwhile. A store that was made anew after
 * damage, or restored from a backup, says nothing, and nothing is forgotten.
 */
export function followResets(o: {
  client: ResetClient;
  stateDir: string;
  log: Log;
  /** Ends the process; it forgets at its next start. */
  fail(error: unknown): void;
}): Part {
  let following: Timer | null = null;

  async function compare(): Promise<void> {
    const last = await o.client.last();
    if (last === null || last === (await lastReset(o.stateDir))) return;
    await beginReset(o.stateDir, last);
    o.fail(new Failure('CLOSED', 'the box was put back to as it was new'));
  }

  return {
    name: 'resets',
    async start() {
      following = o.client.onUp(() => {
        compare().catch((error: unknown) =>
          o.log.warn('could not ask the store whether it was put back', { error: messageOf(error) }),
        );
      });
    },
    async stop() {
      following?.stop();
      o.client.close();
    },
  };
}
