/** Putting the whole box back to as it was new. The store decides: once it has begun, all other daemons follow it. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../runtime/clock.ts';
import { Failure } from '../runtime/errors.ts';
import type { Part } from '../runtime/parts.ts';
import { beginReset, lastReset } from '../runtime/reset.ts';
import type { Route } from '../runtime/socket/server.ts';
import type { StorePart } from './store.ts';

/** So that whoever asked is told before the process ends. */
const answerMs = 200;

export type Resets = {
  /** The id of the last one that was finished here. */
  last(): Promise<string | null>;
  /** When this has returned, the box will be as new, whatever happens; the process ends, and forgets at its next start. */
  begin(): Promise<void>;
};

export function createResets(o: { stateDir: string; clock: Clock; fail(error: unknown): void }): Resets {
  return {
    last: () => lastReset(o.stateDir),
    async begin() {
      await beginReset(o.stateDir, randomBytes(16).toString('hex'));
      o.clock.after(answerMs, () => o.fail(new Failure('CLOSED', 'the box is put back to as it was new')));
    },
  };
}

/** Not among the store's other routes: neither a full disk nor a damaged database may stand in the way. */
export function resetRoutes(resets: Resets): Route[] {
  return [
    { method: 'GET', path: '/v1/reset', handle: async () => ({ json: { last: await resets.last() } }) },
    {
      method: 'POST',
      path: '/v1/reset',
      async handle() {
        await resets.begin();
        return { status: 202, json: {} };
      },
    },
  ];
}

/** The first words of the new journal. Who it was is forgotten like everything else. */
export function resetNote(store: StorePart, reset: string): Part {
  return {
    name: 'reset',
    async start() {
      await store.opened().journal.note({
        ...{ kind: 'store.reset', who: 'store', role: 'system', from: 'box' },
        text: {
          en: 'The box was put back to as it was new: measurements, people, keys and certificates are gone',
          fr: 'Le boîtier a été remis à neuf : mesures, personnes, clés et certificats ont disparu',
        },
        details: { reset },
      });
    },
    stop: async () => undefined,
  };
}
