/**
 * Light and buzzer at the box: what they show follows from the incidents that are open, not from messages. The light is on while
 * something is wrong that was told and that nobody has taken note of; the buzzer for a minute after each time it is told.
 */
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { Incident } from './client/types.ts';
import type { Moment, Subject } from './incidents/holds.ts';
import { createLocalTimes } from './incidents/schedule.ts';
import type { Output } from './notifiers/reach.ts';
import type { Definition } from './outbox/channels.ts';
import { isFor } from './outbox/routing.ts';

export type SignalLevel = { light: boolean; buzzer: boolean };

export type SignalsOptions = {
  channels(): readonly Definition[];
  incidents(): readonly Incident[];
  groupsOf(of: Subject): readonly string[];
  now(): Moment;
  set(level: SignalLevel): Promise<void>;
  clock: Clock;
  log: Log;
};

const buzzMs = 60_000;
/** A panel that begins anew knows nothing of it. */
const saidAgainMs = 20_000;
const off: SignalLevel = { light: false, buzzer: false };

export class Signals {
  readonly #o: SignalsOptions;
  readonly #local = createLocalTimes();
  #said: SignalLevel = off;
  #saidMs = Number.NEGATIVE_INFINITY;
  #saying: Promise<unknown> | null = null;

  constructor(o: SignalsOptions) {
    this.#o = o;
  }

  level(): SignalLevel {
    const now = this.#o.now();
    const level = { ...off };
    for (const channel of this.#o.channels()) {
      if (channel.kind !== 'signal') continue;
      const output = channel.options.output as Output;
      for (const { state, verdict, told, toldMs, severity, machine, subject } of this.#o.incidents()) {
        const groups = this.#o.groupsOf({ machine, subject });
        if (state !== 'open' || verdict === 'good' || !told) continue;
        if (!isFor(channel, { severity, groups: [...groups] }, now, this.#local)) continue;
        const sinceMs = now.wallMs - (toldMs ?? 0);
        if (output !== 'buzzer') level.light = true;
        if (output !== 'light' && sinceMs >= 0 && sinceMs < buzzMs) level.buzzer = true;
      }
    }
    return level;
  }

  /** Something may be otherwise now. */
  look(): void {
    const level = this.level();
    const isSaid = level.light === this.#said.light && level.buzzer === this.#said.buzzer;
    const isLit = level.light || level.buzzer;
    const isOld = this.#o.clock.monotonicMs() - this.#saidMs >= saidAgainMs;
    if (this.#saying !== null || (isSaid && !(isLit && isOld))) return;
    this.#saying = this.say()
      .catch((error: unknown) => {
        this.#o.log.warn('light and buzzer could not be set', { error: messageOf(error) });
      })
      .finally(() => {
        this.#saying = null;
      });
  }

  async say(): Promise<SignalLevel> {
    const level = this.level();
    await this.#o.set(level);
    this.#said = level;
    this.#saidMs = this.#o.clock.monotonicMs();
    return level;
  }

  async settled(): Promise<void> {
    await this.#saying;
  }
}
