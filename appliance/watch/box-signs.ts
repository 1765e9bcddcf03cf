/** What the box knows of itself and no agent measures: whether it knows the time, whether its card takes anything. */
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { BoxTime } from './box-time.ts';

/** Series of nobody: they are judged, and not kept. */
export type BoxSign = 'box.clock.untrusted' | 'box.storage.full' | 'box.storage.damaged';

const everyMs = 60_000;

export class BoxSigns {
  readonly #store: Pick<StoreClient, 'health'>;
  readonly #time: BoxTime;
  readonly #clock: Clock;
  readonly #log: Log;
  #storage: { isFull: boolean; isDamaged: boolean } | null = null;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(o: { store: Pick<StoreClient, 'health'>; time: BoxTime; clock: Clock; log: Log }) {
    this.#store = o.store;
    this.#time = o.time;
    this.#clock = o.clock;
    this.#log = o.log;
  }

  /** What is not known is left out. */
  now(): [BoxSign, number][] {
    const signs: [BoxSign, number][] = [['box.clock.untrusted', this.#time.trusted ? 0 : 1]];
    if (this.#storage === null) return signs;
    const { isFull, isDamaged } = this.#storage;
    return [...signs, ['box.storage.full', isFull ? 1 : 0], ['box.storage.damaged', isDamaged ? 1 : 0]];
  }

  look(): void {
    if (this.#clock.monotonicMs() - this.#askedMs < everyMs) return;
    this.#askedMs = this.#clock.monotonicMs();
    this.#store.health().then(
      ({ care }) => {
        this.#storage = { isFull: care.room.isFull, isDamaged: care.lost.length > 0 };
      },
      (error: unknown) => {
        this.#storage = null;
        this.#log.debug('the store did not say how it is', { error: messageOf(error) });
      },
    );
  }
}
