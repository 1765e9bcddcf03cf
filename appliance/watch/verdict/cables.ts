/**
 * Whether an interface of the box lost its cable when a trouble began, as the box's own agent measured it: an address stays
 * where it was set by hand, and other interfaces may keep theirs.
 */
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { StoreClient } from '../../store/client/client.ts';
import { pastOf, type Sample } from '../past.ts';
import { minuteMs } from '../rules/rule.ts';
import { slackMs } from './explain.ts';

const prefix = 'system.network.up:';
const againMs = 5_000;
/** A trouble that lasts is looked at less often. */
const freshMs = 5 * minuteMs;
const rarelyMs = minuteMs;

type CablesOptions = {
  store: Pick<StoreClient, 'latest' | 'exportPage'>;
  wallMs(): number;
  atMs(): number;
  log: Log;
  /** It is known by now. */
  onNews(): void;
};

export class Cables {
  readonly #o: CablesOptions;
  #out: string | null = null;
  #askedMs = Number.NEGATIVE_INFINITY;
  #isAsking = false;

  constructor(o: CablesOptions) {
    this.#o = o;
  }

  /** The interface without a cable, if one lost it when that began; `machine` is the box's own. */
  out(machine: number | undefined, sinceMs: number): string | null {
    if (machine === undefined || !Number.isFinite(sinceMs)) {
      this.#out = null;
      this.#askedMs = Number.NEGATIVE_INFINITY;
      return null;
    }
    const atMs = this.#o.atMs();
    const everyMs = atMs - sinceMs < freshMs ? againMs : rarelyMs;
    if (!this.#isAsking && atMs - this.#askedMs >= everyMs) {
      this.#askedMs = atMs;
      this.#isAsking = true;
      this.#ask(machine, sinceMs).finally(() => {
        this.#isAsking = false;
      });
    }
    return this.#out;
  }

  async #ask(machine: number, sinceMs: number): Promise<void> {
    const { store, wallMs, atMs, log, onNews } = this.#o;
    try {
      const down = (await store.latest(machine)).filter(
        ({ name, value }) => name.startsWith(prefix) && value === 0,
      );
      const beganMs = wallMs() - (atMs() - sinceMs);
      const query = {
        ...{ machine, names: down.map(({ name }) => name) },
        ...{ fromMs: Math.floor(beganMs - 2 * slackMs), toMs: Math.ceil(beganMs + slackMs) },
      };
      const past = down.length === 0 ? [] : [...(await pastOf(store, query, 'raw'))];
      const found = past.find(([, samples]) => wentDown(samples, beganMs - slackMs))?.[0] ?? null;
      const out = found === null ? null : found.slice(prefix.length);
      if (out === this.#out) return;
      this.#out = out;
      onNews();
    } catch (error) {
      log.debug('the store did not say how the cables are', { error: messageOf(error) });
    }
  }
}

/** It was up, and the first time that it was not came then. */
function wentDown(samples: readonly Sample[], fromMs: number): boolean {
  const up = samples.findLastIndex(({ value }) => value > 0);
  const first = samples[up + 1];
  return up >= 0 && first !== undefined && first.tMs >= fromMs;
}
