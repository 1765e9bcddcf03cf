// An answer that costs a look at the file system, asked for with every message: looked up every few seconds only.
import type { Clock } from '../runtime/clock.ts';

const validMs = 5_000;

export function remembered<T>(clock: Clock, look: () => T): () => T {
  let seen: { value: T; atMs: number } | null = null;
  return () => {
    const nowMs = clock.monotonicMs();
    if (seen === null || nowMs - seen.atMs >= validMs) seen = { value: look(), atMs: nowMs };
    return seen.value;
  };
}
