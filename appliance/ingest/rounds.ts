// Once a second: who has fallen silent, who has left the waiting room; and the watchdog hears that we do our work.
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import type { States } from './states.ts';
import type { WaitingRoom } from './waiting-room.ts';

const everyMs = 1_000;

export class Rounds implements Part {
  readonly name = 'rounds';
  readonly #o: { clock: Clock; states: States; room: WaitingRoom; alive: () => void };
  #timer: Timer | null = null;

  constructor(o: { clock: Clock; states: States; room: WaitingRoom; alive: () => void }) {
    this.#o = o;
  }

  async start(): Promise<void> {
    this.#timer = this.#o.clock.every(everyMs, () => this.#go());
  }

  async stop(): Promise<void> {
    this.#timer?.stop();
    this.#o.room.stop();
  }

  #go(): void {
    const { clock, states, room, alive } = this.#o;
    states.check(clock.monotonicMs());
    room.tidy();
    alive();
  }
}
