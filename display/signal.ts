/**
 * Light and buzzer beside the panel. The watch says what is to be on; the light stays as it was said last, the buzzer beeps and
 * ends by itself: a watch that is away must not let it sound for ever.
 */
import type { Clock, Timer } from '../appliance/runtime/clock.ts';
import { Failure } from '../appliance/runtime/errors.ts';
import type { Signal, SignalOutput } from './client/types.ts';
import type { Output } from './hardware/output.ts';

const beepEveryMs = 2_000;
const beepMs = 400;
const buzzerForgottenMs = 60_000;
const tryMs = 3_000;

export type Outputs = { light: Output | null; buzzer: Output | null };

export class Signals {
  readonly #clock: Clock;
  readonly #followers = new Set<() => void>();
  #outputs: Outputs = { light: null, buzzer: null };
  #wanted: Signal = { light: false, buzzer: false };
  #tried: SignalOutput | null = null;
  #beeping: Timer | null = null;
  #beep: Timer | null = null;
  #forgetting: Timer | null = null;
  #trying: Timer | null = null;

  constructor(o: { clock: Clock }) {
    this.#clock = o.clock;
  }

  /** The pins are known only after everything else is there. */
  start(outputs: Outputs): void {
    this.#outputs = outputs;
    this.#show();
  }

  get shown(): Signal {
    const isTried = (output: SignalOutput) => this.#tried === output || this.#tried === 'both';
    return {
      light: this.#wanted.light || isTried('light'),
      buzzer: this.#wanted.buzzer || isTried('buzzer'),
    };
  }

  /** Says it also when what is wanted cannot be shown: whoever wants it has to tell another way. */
  set(signal: Signal): void {
    this.#wanted = signal;
    this.#forgetting?.stop();
    this.#forgetting = signal.buzzer
      ? this.#clock.after(buzzerForgottenMs, () => this.set({ ...this.#wanted, buzzer: false }))
      : null;
    this.#show();
    if (signal.light) this.#assertThere('light');
    if (signal.buzzer) this.#assertThere('buzzer');
  }

  try(output: SignalOutput): void {
    if (output !== 'buzzer') this.#assertThere('light');
    if (output !== 'light') this.#assertThere('buzzer');
    this.#trying?.stop();
    this.#tried = output;
    this.#trying = this.#clock.after(tryMs, () => {
      this.#tried = null;
      this.#show();
    });
    this.#show();
  }

  follow(onChange: () => void): Timer {
    this.#followers.add(onChange);
    return { stop: () => void this.#followers.delete(onChange) };
  }

  async stop(): Promise<void> {
    for (const timer of [this.#forgetting, this.#trying, this.#beeping, this.#beep]) timer?.stop();
    await this.#outputs.light?.stop();
    await this.#outputs.buzzer?.stop();
  }

  #assertThere(which: 'light' | 'buzzer'): void {
    if (this.#outputs[which] !== null) return;
    throw new Failure('CONFLICT', `there is no ${which}: set ${which}_gpio in display.toml to its pin`);
  }

  #show(): void {
    const { light, buzzer } = this.shown;
    this.#outputs.light?.set(light);
    if (buzzer && this.#beeping === null) {
      this.#beepOnce();
      this.#beeping = this.#clock.every(beepEveryMs, () => this.#beepOnce());
    } else if (!buzzer) {
      this.#beeping?.stop();
      this.#beep?.stop();
      this.#beeping = null;
      this.#outputs.buzzer?.set(false);
    }
    for (const follower of this.#followers) follower();
  }

  #beepOnce(): void {
    this.#outputs.buzzer?.set(true);
    this.#beep = this.#clock.after(beepMs, () => this.#outputs.buzzer?.set(false));
  }
}
