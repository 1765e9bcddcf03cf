/**
 * "Admit all for ten minutes": begun by a person, counted, and over by itself. Whoever knows the box by its key comes in; who
 * does not must compare digits, whatever the mode; a key that a person has sent away stays away.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import { Failure } from '../runtime/errors.ts';
import type { Actor, OpenHouse as Shown } from './client/types.ts';

const openMs = 600_000;
const mostAdmissions = 100;

type Open = { by: Actor; endsMs: number; admitted: number; timer: Timer };

export class OpenHouse implements Part {
  readonly name = 'open house';
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #onEnd: (by: Actor, admitted: number) => void;
  #open: Open | null = null;

  constructor(o: { clock: Clock; onChange: () => void; onEnd: (by: Actor, admitted: number) => void }) {
    this.#clock = o.clock;
    this.#onChange = o.onChange;
    this.#onEnd = o.onEnd;
  }

  get shown(): Shown | null {
    if (this.#open === null) return null;
    const { by, endsMs, admitted } = this.#open;
    const leftMs = Math.max(0, endsMs - this.#clock.monotonicMs());
    return { leftMs, admitted, most: mostAdmissions, by: by.who };
  }

  /** Who opened it, while it is open and not full. */
  get host(): Actor | null {
    return this.#open !== null && this.#open.admitted < mostAdmissions ? this.#open.by : null;
  }

  async start(): Promise<void> {
    // It is opened by a person only.
  }

  /** A new start of the door begins with the door closed. */
  async stop(): Promise<void> {
    this.#open?.timer.stop();
    this.#open = null;
  }

  begin(by: Actor): void {
    if (this.#open !== null) throw new Failure('CONFLICT', 'the box admits all already');
    const timer = this.#clock.after(openMs, () => this.end(by));
    this.#open = { by, endsMs: this.#clock.monotonicMs() + openMs, admitted: 0, timer };
    this.#onChange();
  }

  /** A place is taken before the machine is admitted: those who come at once cannot be more than the most. */
  take(): boolean {
    if (this.host === null || this.#open === null) return false;
    this.#open.admitted++;
    this.#onChange();
    return true;
  }

  /** The admission failed. */
  giveBack(): void {
    if (this.#open !== null && this.#open.admitted > 0) this.#open.admitted--;
    this.#onChange();
  }

  end(by: Actor): void {
    const open = this.#open;
    if (open === null) return;
    open.timer.stop();
    this.#open = null;
    this.#onEnd(by, open.admitted);
    this.#onChange();
  }
}
