/**
 * Keeps what systeminformation last said. Each call starts programs, so there is one at a time and at most one in each
 * `gapMs`; whoever collects takes what is there and never waits. A call that hangs is ended with its process at its
 * deadline, and asked again only after a while.
 */
import type { Clock, Timer } from '../../appliance/runtime/clock.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import { type Log, limited } from '../../appliance/runtime/log.ts';
import type { Part } from '../../appliance/runtime/parts.ts';
import type { Answerer } from './answerer.ts';
import { type Call, type CallName, calls, type Question } from './calls.ts';

/** An answer that is older than so many periods says nothing about now. */
const LASTS_PERIODS = 3;
const NOTHING_EVERY_MS = 3_600_000;
/** After a failure the pause doubles, from this to that many periods. */
const FAILED_PERIODS = 2;
const MOST_FAILED_PERIODS = 60;
/** One that ends before it has answered anything is not begun anew at once. */
const MOST_REST_MS = 600_000;
const LOG_EVERY_MS = 600_000;

export type Answer = { value: unknown; atMs: number };

type Known = { askedMs: number; pauseMs: number; failures: number; everyMs: number; answer?: Answer };

export type InformantOptions = {
  /** Those that there are now: interfaces come and go. */
  questions: () => readonly Question[];
  open: () => Answerer;
  gapMs: number;
  clock: Clock;
  log: Log;
};

export class Informant implements Part {
  readonly name = 'systeminformation';
  readonly #o: InformantOptions;
  readonly #log: Log;
  readonly #known = new Map<string, Known>();
  #answerer: Answerer | undefined;
  /** How often an answerer was opened since the last answer, and when the next may be. */
  #opened = 0;
  #openFromMs = 0;
  #timer: Timer | undefined;
  #asking = false;
  #stopped = false;

  constructor(options: InformantOptions) {
    this.#o = options;
    this.#log = limited(options.log, LOG_EVERY_MS, options.clock);
  }

  async start(): Promise<void> {
    this.#open();
    this.#timer = this.#o.clock.every(this.#o.gapMs, () => this.#turn());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.stop();
    this.#answerer?.end();
  }

  /** The last answer, if it is not too old. */
  last(call: CallName, of = ''): Answer | undefined {
    const known = this.#known.get(keyOf({ call, of }));
    if (known?.answer === undefined) return undefined;
    const lastsMs = LASTS_PERIODS * known.everyMs + calls[call].deadlineMs;
    return this.#o.clock.monotonicMs() - known.answer.atMs <= lastsMs ? known.answer : undefined;
  }

  /** Whatever it starts, it starts one: the process that answers, or a call. */
  #turn(): void {
    if (this.#asking) return;
    if (this.#answerer === undefined || this.#answerer.gone) {
      if (this.#o.clock.monotonicMs() >= this.#openFromMs) this.#open();
      return;
    }
    const question = this.#mostUrgent();
    if (question !== undefined) void this.#ask(this.#answerer, question);
  }

  #open(): void {
    const { clock, gapMs, open } = this.#o;
    const restMs = this.#opened === 0 ? 0 : Math.min(MOST_REST_MS, gapMs * 2 ** this.#opened);
    this.#opened += 1;
    this.#openFromMs = clock.monotonicMs() + restMs;
    this.#answerer = open();
  }

  /** The one that has waited for most of its periods; at first those at the front of the list. */
  #mostUrgent(): Question | undefined {
    const nowMs = this.#o.clock.monotonicMs();
    const questions = this.#o.questions();
    const keys = new Set(questions.map(keyOf));
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
    let most = 1;
    let chosen: Question | undefined;
    for (const question of questions) {
      const known = this.#known.get(keyOf(question));
      if (known === undefined) return question;
      const waited = (nowMs - known.askedMs) / (known.pauseMs || question.everyMs);
      if (waited < most || (chosen !== undefined && waited === most)) continue;
      most = waited;
      chosen = question;
    }
    return chosen;
  }

  async #ask(answerer: Answerer, question: Question): Promise<void> {
    const { clock } = this.#o;
    const { call, everyMs } = question;
    const before = this.#known.get(keyOf(question));
    const known: Known = { failures: 0, ...before, askedMs: clock.monotonicMs(), pauseMs: 0, everyMs };
    this.#known.set(keyOf(question), known);
    this.#asking = true;
    try {
      const value = await this.#withinDeadline(answerer, question);
      this.#opened = 0;
      known.failures = 0;
      known.answer = { value, atMs: clock.monotonicMs() };
      const { nothing }: Call = calls[call];
      if (nothing?.(value)) known.pauseMs = NOTHING_EVERY_MS;
    } catch (error) {
      known.failures += 1;
      known.pauseMs = everyMs * Math.min(MOST_FAILED_PERIODS, FAILED_PERIODS ** known.failures);
      if (!this.#stopped)
        this.#log.warn(`systeminformation did not answer ${call}`, { error: messageOf(error) });
    } finally {
      this.#asking = false;
    }
  }

  #withinDeadline(answerer: Answerer, question: Question): Promise<unknown> {
    const { deadlineMs } = calls[question.call];
    return new Promise((resolve, reject) => {
      const timer = this.#o.clock.after(deadlineMs, () => {
        reject(new Error(`there was no answer after ${deadlineMs} ms`));
        // It hangs, or something that it started does: another turn opens another.
        answerer.end();
      });
      answerer
        .ask(question)
        .then(resolve, reject)
        .finally(() => timer.stop());
    });
  }
}

function keyOf({ call, of }: Pick<Question, 'call' | 'of'>): string {
  return `${call} ${of}`;
}
