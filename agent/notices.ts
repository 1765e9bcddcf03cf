/**
 * Words to the person at this machine: that it is connected, that the box is away, what somebody at the box has to say. Of the
 * link at most one in two minutes, of messages at most a few a minute, whatever a box or a network does.
 */
import type { Clock, Timer } from '../appliance/runtime/clock.ts';
import type { Places } from '../appliance/runtime/config.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import { type Log, limited } from '../appliance/runtime/log.ts';
import { plainLine } from '../appliance/runtime/plain-text.ts';
import type { AgentConfig } from './config.ts';
import type { Notice } from './notice/notice.ts';
import type { NoticeWord } from './notice/words.ts';

/** A box that restarts is not lost. */
const LOST_AFTER_MS = 60_000;
const APART_MS = 120_000;
const MESSAGES_APART_MS = 20_000;
const MESSAGES_AT_ONCE = 3;

export type NoticesOptions = {
  show(notice: Notice): Promise<void>;
  word(key: NoticeWord, box: string): Promise<string>;
  /** Not of a machine that is the box itself. */
  ofLink: boolean;
  clock: Clock;
  log: Log;
};

export class Notices {
  readonly #o: NoticesOptions;
  readonly #log: Log;
  #box = '';
  #connected = false;
  #told: 'connected' | 'lost' | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #messages = MESSAGES_AT_ONCE;
  #messagesMs = 0;

  constructor(options: NoticesOptions) {
    this.#o = options;
    this.#log = limited(options.log, 600_000, options.clock);
  }

  /** What becomes of the link; `box` is its name while there is one. */
  link(connected: boolean, box: string): void {
    if (connected) this.#box = box;
    if (!this.#o.ofLink || connected === this.#connected) return;
    this.#connected = connected;
    this.#arm(connected ? 0 : LOST_AFTER_MS);
  }

  /** Somebody at the box says this. */
  said(text: string): void {
    const nowMs = this.#o.clock.monotonicMs();
    const more = Math.floor((nowMs - this.#messagesMs) / MESSAGES_APART_MS);
    if (more > 0) {
      this.#messages = Math.min(MESSAGES_AT_ONCE, this.#messages + more);
      this.#messagesMs += more * MESSAGES_APART_MS;
    }
    if (this.#messages === 0) {
      this.#log.warn('the box sends more notices than are shown');
      return;
    }
    this.#messages -= 1;
    void this.#show('message', text);
  }

  stop(): void {
    this.#timer?.stop();
  }

  #arm(afterMs: number): void {
    this.#timer?.stop();
    const restMs = this.#toldMs + APART_MS - this.#o.clock.monotonicMs();
    const waitMs = Math.max(afterMs, restMs);
    if (waitMs > 0) this.#timer = this.#o.clock.after(waitMs, () => this.#tell());
    else this.#tell();
  }

  #tell(): void {
    const news = this.#connected ? 'connected' : 'lost';
    if (news === this.#told) return;
    this.#told = news;
    this.#toldMs = this.#o.clock.monotonicMs();
    void this.#show(news);
  }

  async #show(key: 'connected' | 'lost' | 'message', text?: string): Promise<void> {
    try {
      const box = plainLine(this.#box, 64);
      const title = await this.#o.word(key, box);
      const body = text ?? (await this.#o.word(key === 'lost' ? 'lostText' : 'connectedText', box));
      await this.#o.show({ title, text: plainLine(body, 200) });
    } catch (error) {
      this.#log.info('a notice cannot be shown', { error: messageOf(error) });
    }
  }
}

export function noticesOf({
  config,
  places,
  locale,
  ...rest
}: Pick<NoticesOptions, 'clock' | 'log'> & {
  config: AgentConfig;
  places: Places;
  locale: string | undefined;
}): Notices {
  return new Notices({
    ...rest,
    ofLink: config.door_file === '',
    show: async (notice) => (await import('./notice/index.ts')).showNotice(notice, places),
    word: async (key, box) => (await import('./notice/words.ts')).noticeWord(key, box, locale),
  });
}
