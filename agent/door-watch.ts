/** On the box itself: looks now and then whether the box was put back to as it was new, and lets the agent forget with it. */
import { statSync } from 'node:fs';
import type { Clock, Timer } from '../appliance/runtime/clock.ts';
import { Failure, messageOf } from '../appliance/runtime/errors.ts';
import { type Log, limited } from '../appliance/runtime/log.ts';
import type { Part } from '../appliance/runtime/parts.ts';
import { beginReset, lastReset } from '../appliance/runtime/reset.ts';
import { readDoorFile } from './door-file.ts';

const everyMs = 10_000;

export function watchDoor(o: {
  doorFile: string;
  stateDir: string;
  clock: Clock;
  /** How often `tend` is called. */
  intervalMs: number;
  log: Log;
  /** Ends the process; it forgets at its next start. */
  fail(error: unknown): void;
}): Part & { tend(): void } {
  const log = limited(o.log, 600_000, o.clock);
  let timer: Timer | null = null;
  let seen = '';
  let lookedMs = o.clock.monotonicMs();

  /** What this agent measured, and its key, belong to the box that it is on. */
  async function look(): Promise<void> {
    // Reading it safely is six errands of the thread pool; looking at it is none.
    const stats = statSync(o.doorFile, { throwIfNoEntry: false });
    const now = stats === undefined ? '' : `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
    if (now === seen) return;
    const reset = (await readDoorFile(o.doorFile))?.reset ?? null;
    if (reset === null || reset === (await lastReset(o.stateDir))) {
      seen = now;
      return;
    }
    timer?.stop();
    await beginReset(o.stateDir, reset);
    o.fail(new Failure('CLOSED', 'the box was put back to as it was new'));
  }

  function lookNow(): void {
    lookedMs = o.clock.monotonicMs();
    look().catch((error: unknown) =>
      log.warn('could not look whether the box was put back', { error: messageOf(error) }),
    );
  }

  return {
    name: 'door file',
    async start() {
      // Waking up for it costs more than looking: whoever measures often enough looks on that occasion.
      if (o.intervalMs > everyMs) timer = o.clock.every(everyMs, lookNow);
    },
    tend() {
      if (timer === null && o.clock.monotonicMs() - lookedMs >= everyMs) lookNow();
    },
    async stop() {
      timer?.stop();
    },
  };
}
