/**
 * What a machine does that trusts nobody yet: it finds every box that answers, says hello to each and waits at all of them,
 * until a person says that one is the right one. Whoever answers first has won nothing by it.
 */
import type { Clock } from '../appliance/runtime/clock.ts';
import type { Found } from './find/index.ts';
import type { End } from './session.ts';
import type { Talk, Talks } from './talks.ts';

/** A box that came later must be found too. */
const SEARCH_AGAIN_MS = 60_000;
/** Whoever is slow to answer must not keep us from the next. */
const OPENING_AT_ONCE = 8;
/** The same box by another of its addresses. */
const SAME_BOX_MS = 600_000;
const PLACES_KEPT = 256;

export type KnockingOptions = {
  talks: Talks;
  candidates(): AsyncIterable<Found>;
  /** Connects and says hello; `known` when it is a box that we talk to already. */
  open(found: Found): Promise<Talk | 'known' | undefined>;
  onChange(listener: () => void): { stop(): void };
  clock: Clock;
};

export class Knocking {
  readonly #o: KnockingOptions;
  /** Places that are to be left alone, and until when. */
  readonly #notBefore = new Map<string, number>();
  #end: End | undefined;

  constructor(o: KnockingOptions) {
    this.#o = o;
  }

  /** Until one is trusted and that conversation is over, or until nobody is left. */
  async run(signal: AbortSignal): Promise<End | undefined> {
    const { talks } = this.#o;
    this.#end = undefined;
    do {
      await this.#search(signal);
      await this.#pause(signal);
    } while (talks.size > 0 && talks.trusted === undefined && !signal.aborted);
    return talks.trusted?.ended ?? this.#end;
  }

  async #search(signal: AbortSignal): Promise<void> {
    const opening = new Set<Promise<void>>();
    for await (const found of this.#o.candidates()) {
      if (signal.aborted || this.#o.talks.trusted !== undefined) break;
      if (!this.#worth(found)) continue;
      const one: Promise<void> = this.#knock(found).finally(() => opening.delete(one));
      opening.add(one);
      if (opening.size >= OPENING_AT_ONCE) await Promise.race(opening);
    }
    await Promise.all(opening);
  }

  async #knock(found: Found): Promise<void> {
    const talk = await this.#o.open(found);
    if (talk === undefined) return;
    if (talk === 'known') this.#avoid(found, SAME_BOX_MS);
    else void talk.ended.then((end) => this.#ended(found, end));
  }

  /** What it asked for counts at its own place: a false box cannot keep us from the right one. */
  #ended(found: Found, { retryMs, ...end }: End): void {
    this.#end = end;
    if (retryMs !== undefined) this.#avoid(found, retryMs);
  }

  #worth(found: Found): boolean {
    const { talks, clock } = this.#o;
    if (talks.knows(found)) return false;
    const untilMs = this.#notBefore.get(placeOf(found));
    return untilMs === undefined || clock.monotonicMs() >= untilMs;
  }

  #avoid(found: Found, ms: number): void {
    const place = placeOf(found);
    this.#notBefore.delete(place);
    this.#notBefore.set(place, this.#o.clock.monotonicMs() + ms);
    const [oldest] = this.#notBefore.keys();
    if (this.#notBefore.size > PLACES_KEPT && oldest !== undefined) this.#notBefore.delete(oldest);
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const { talks, clock, onChange } = this.#o;
    const over = new AbortController();
    const look = () => {
      if (talks.size === 0 || talks.trusted !== undefined) over.abort();
    };
    const listening = onChange(look);
    look();
    // Woken, or stopped: the caller looks why.
    await clock.sleep(SEARCH_AGAIN_MS, AbortSignal.any([signal, over.signal])).catch(() => undefined);
    listening.stop();
  }
}

const placeOf = ({ host, port }: Found) => `${host} ${port}`;
