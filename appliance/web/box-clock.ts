/** The box's time as the store judges it: what pages are told, and whether it is believed. */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/parts.ts';
import type { ClockState, StoreClient } from '../store/client/client.ts';

export type BoxClock = Part & { trusted(): boolean; wallMs(): number };

export function createBoxClock(store: Pick<StoreClient, 'changes'>, clock: Clock): BoxClock {
  let state: ClockState | null = null;
  let following: Timer | null = null;
  return {
    name: 'clock of the box',
    async start() {
      following = store.changes(
        { topics: ['clock'] },
        {
          onChange(change) {
            if (change.topic === 'clock') state = change.clock;
          },
        },
      );
    },
    async stop() {
      following?.stop();
    },
    trusted: () => state?.trusted ?? false,
    wallMs: () => (state === null ? clock.wallMs() : clock.monotonicMs() + state.anchorMs),
  };
}
