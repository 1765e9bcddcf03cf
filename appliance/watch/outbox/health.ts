/** How channels are: whether the last tries went well, when the next may be, how much was made for each of late. In RAM. */
import type { Clock } from '../../runtime/clock.ts';
import type { ChannelStatus } from '../client/channels.ts';
import type { Pace } from './pace.ts';
import { stormMs } from './routing.ts';

type State = {
  fails: number;
  failingSinceMs: number | null;
  words: string;
  lastSentMs: number | null;
  made: number[];
};

/** One failure may be a stumble. */
const failingFrom = 2;

export class Health {
  readonly #clock: Clock;
  readonly #pace: Pick<Pace, 'retryFirstMs' | 'retryLongestMs'>;
  readonly #states = new Map<string, State>();
  /** Of a channel or a delivery: not before this, on the clock that never jumps. */
  readonly #notBefore = new Map<string, number>();

  constructor(clock: Clock, pace: Pick<Pace, 'retryFirstMs' | 'retryLongestMs'>) {
    this.#clock = clock;
    this.#pace = pace;
  }

  status(channel: string): Omit<ChannelStatus, 'waiting'> {
    const { failingSinceMs, words, lastSentMs } = this.#state(channel);
    return { failingSinceMs, words, lastSentMs };
  }

  isFailing(channel: string): boolean {
    return this.#state(channel).fails >= failingFrom;
  }

  mayTry(id: string): boolean {
    return this.#clock.monotonicMs() >= (this.#notBefore.get(id) ?? 0);
  }

  tryNow(id: string): void {
    this.#notBefore.delete(id);
  }

  pause(id: string, tries: number): void {
    this.rest(id, this.#pauseMs(tries));
  }

  /** A delivery waits for two pauses of its channel, so that the next try of that is another's. */
  setAside(delivery: string, channel: string, tries: number): void {
    const leftMs = (this.#notBefore.get(channel) ?? 0) - this.#clock.monotonicMs();
    this.rest(delivery, Math.max(2 * leftMs, this.#pauseMs(tries)));
  }

  rest(id: string, restMs: number): void {
    this.#notBefore.set(id, this.#clock.monotonicMs() + restMs);
  }

  /** Says whether it did not before. */
  worked(channel: string, words: string, nowMs: number): boolean {
    const wasFailing = this.isFailing(channel);
    const { made } = this.#state(channel);
    this.#states.set(channel, { fails: 0, failingSinceMs: null, words, lastSentMs: nowMs, made });
    this.#notBefore.delete(channel);
    return wasFailing;
  }

  /** As an earlier life of this process left it, by what still waits. */
  found(channel: string, { tries, words, sinceMs }: { tries: number; words: string; sinceMs: number }): void {
    if (this.#states.has(channel) || tries < failingFrom) return;
    this.#states.set(channel, { ...this.#state(channel), fails: tries, words, failingSinceMs: sinceMs });
  }

  /** Says whether this is what makes it a channel that fails. */
  failed(channel: string, words: string, nowMs: number): boolean {
    const state = this.#state(channel);
    this.pause(channel, state.fails);
    const fails = state.fails + 1;
    this.#states.set(channel, { ...state, fails, words, failingSinceMs: state.failingSinceMs ?? nowMs });
    return fails === failingFrom;
  }

  made(channel: string): void {
    const state = this.#state(channel);
    this.#states.set(channel, { ...state, made: [...state.made, this.#clock.monotonicMs()] });
  }

  recent(channel: string): number {
    const fromMs = this.#clock.monotonicMs() - stormMs;
    const state = this.#state(channel);
    state.made = state.made.filter((atMs) => atMs > fromMs);
    return state.made.length;
  }

  #pauseMs(tries: number): number {
    const { retryFirstMs, retryLongestMs } = this.#pace;
    return Math.min(retryLongestMs, retryFirstMs * 2 ** Math.min(tries, 10));
  }

  #state(channel: string): State {
    const known = this.#states.get(channel);
    if (known !== undefined) return known;
    const state: State = { fails: 0, failingSinceMs: null, words: '', lastSentMs: null, made: [] };
    this.#states.set(channel, state);
    return state;
  }
}
