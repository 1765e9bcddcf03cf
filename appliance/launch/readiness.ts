/** Waits until every daemon answers and this computer's own agent is heard. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createDisplayClient } from '../../display/client/client.ts';
import { createIngestClient } from '../ingest/client/client.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import { createStoreClient } from '../store/client/client.ts';
import { createWatchClient } from '../watch/client/client.ts';
import { createWebClient } from '../web/client/client.ts';
import type { WebAddress } from '../web/client/types.ts';
import { type DaemonName, daemonNames } from './daemons.ts';

export type Ready = { address: WebAddress; door: number };
export type Question = () => Promise<unknown>;

const everyMs = 100;
const readyWithinMs = 60_000;
/** Usually all is up in two or three seconds; a person wants to hear of more than this. */
const slowAfterMs = 8_000;

/** Resolves when all is up; rejects when that takes too long, naming who is missing, or when aborted. */
export async function untilReady(
  runDir: string,
  signal: AbortSignal,
  o: { onSlow?(missing: readonly DaemonName[]): void; slowAfterMs?: number; withinMs?: number } = {},
): Promise<Ready> {
  const store = createStoreClient({ runDir, as: 'console' });
  const ingest = createIngestClient({ runDir, as: 'console' });
  const watch = createWatchClient({ runDir, as: 'console' });
  const web = createWebClient({ runDir, as: 'console' });
  const display = createDisplayClient({ runDir, as: 'console' });
  const questions: Record<DaemonName, Question> = {
    store: () => store.health(),
    ingest: () => ingest.door(),
    watch: () => watch.health(),
    web: () => web.address(),
    display: () => display.frame(),
    agent: async () => {
      const own = (await store.machines()).some((machine) => machine.local && machine.state === 'up');
      if (!own) throw new Error("the box's own agent is not connected yet");
    },
  };
  const missing = new Set<DaemonName>(daemonNames);
  const slow = setTimeout(() => o.onSlow?.([...missing]), o.slowAfterMs ?? slowAfterMs);
  const wait = async (name: DaemonName) => {
    await answered(name, questions[name], signal, o.withinMs ?? readyWithinMs);
    missing.delete(name);
  };
  try {
    await Promise.all(daemonNames.map(wait));
    return { address: await web.address(), door: (await ingest.door()).port };
  } finally {
    clearTimeout(slow);
    for (const client of [store, ingest, watch, web, display]) client.close();
  }
}

async function answered(name: string, ask: Question, signal: AbortSignal, withinMs: number): Promise<void> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() > endMs)
        throw new Failure('TIMEOUT', `${name} is not up after ${withinMs / 1000} s: ${messageOf(error)}`);
    }
    await sleep(everyMs, undefined, { signal });
  }
}
