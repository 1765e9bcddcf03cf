/** Parts of a process: started in order, stopped in reverse, each step guarded and bounded. */
import { type Clock, systemClock } from './clock.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

/**
 * start() resolves when the part works; when it rejects, also because the signal was aborted, it has undone
 * what it began. stop() is called once, and only after a start that resolved.
 */
export interface Part {
  readonly name: string;
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

export type Supervision = { log: Log; clock?: Clock };
export type Running = { stop(): Promise<void> };

/** The supervisor kills after 10 s: no step may have all of it, and together they stay below it. */
const stepMs = 8000;
const stopMs = 9000;

/** Starts the parts in order. If one fails or the signal is aborted, those that run are stopped and it rejects. */
export async function startParts(
  parts: readonly Part[],
  signal: AbortSignal,
  { log, clock = systemClock }: Supervision,
): Promise<Running> {
  const running: Part[] = [];
  const stop = () => stopParts(running.splice(0).reverse(), log, clock);
  try {
    for (const part of parts) {
      signal.throwIfAborted();
      const sinceMs = clock.monotonicMs();
      await startOne(part, signal, clock, () => running.push(part));
      log.debug('started', { part: part.name, ms: Math.round(clock.monotonicMs() - sinceMs) });
    }
    signal.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

/** Runs the parts until the signal is aborted; then everything has been stopped. Rejects if a start fails. */
export async function superviseParts(
  parts: readonly Part[],
  signal: AbortSignal,
  supervision: Supervision & { onStarted?: () => void; onStopping?: () => void },
): Promise<void> {
  if (signal.aborted) return;
  let running: Running;
  try {
    running = await startParts(parts, signal, supervision);
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  supervision.onStarted?.();
  await aborted(signal);
  supervision.onStopping?.();
  await running.stop();
}

/** A start that does not listen to the signal is waited for a while; if it still comes, it is stopped like the others. */
async function startOne(part: Part, signal: AbortSignal, clock: Clock, onStarted: () => void): Promise<void> {
  const started = part.start(signal).then(onStarted);
  const patience = new AbortController();
  const giveUp = aborted(signal, patience.signal)
    .then(() => clock.sleep(stepMs, patience.signal))
    .then(() => {
      throw new Error(`${part.name} does not stop starting`);
    });
  try {
    await Promise.race([
      started,
      giveUp.catch((error) => (patience.signal.aborted ? started : Promise.reject(error))),
    ]);
  } finally {
    patience.abort();
  }
}

async function stopParts(parts: readonly Part[], log: Log, clock: Clock): Promise<void> {
  const deadlineMs = clock.monotonicMs() + stopMs;
  for (const part of parts) {
    const patience = new AbortController();
    const restMs = Math.min(stepMs, Math.max(0, deadlineMs - clock.monotonicMs()));
    const late = clock.sleep(restMs, patience.signal).then(
      () => log.error('a part does not stop: left behind', { part: part.name, afterMs: restMs }),
      () => undefined,
    );
    const stopped = stopOne(part).then(
      () => log.debug('stopped', { part: part.name }),
      (error: unknown) => log.error('a part failed to stop', { part: part.name, error: messageOf(error) }),
    );
    await Promise.race([stopped, late]);
    patience.abort();
  }
}

/** Also a stop() that throws before it returns a promise is only a failed step. */
async function stopOne(part: Part): Promise<void> {
  await part.stop();
}

function aborted(signal: AbortSignal, until?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, ...(until ? { signal: until } : {}) });
  });
}
