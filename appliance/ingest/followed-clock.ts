/**
 * The box's time as the store judges it, followed here; and what the machines' clocks say, told to the store. Monotonic
 * time is one for all processes of the box, so an anchor means the same to both.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { ClockState } from '../store/client/types.ts';

/** What a machine says of its own clock. */
export type ClockPair = { runMs: number; wallMs: number; synchronised: boolean };

const gatherMs = 1_000;
const sayAgainMs = 10 * 60_000;
const worthSayingMs = 5_000;

type Vote = { anchorMs: number | null; saidMs: number };

export class FollowedClock implements Part {
  readonly name = 'clock of the box';
  readonly #store: Pick<StoreClient, 'changes' | 'voteClock'>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #votes = new Map<number, Vote>();
  readonly #unsaid = new Set<number>();
  #state: ClockState | null = null;
  #changes: Timer | null = null;
  #timer: Timer | null = null;
  #stopped = false;

  constructor(o: { store: Pick<StoreClient, 'changes' | 'voteClock'>; clock: Clock; log: Log }) {
    this.#store = o.store;
    this.#clock = o.clock;
    this.#log = o.log;
  }

  /** Null until the store has told it once. While the store is away the last one holds. */
  get state(): ClockState | null {
    return this.#state;
  }

  async start(): Promise<void> {
    this.#changes = this.#store.changes(
      { topics: ['clock'] },
      {
        onChange: (change) => {
          if (change.topic === 'clock') this.#state = change.clock;
        },
        onUp: () => {
          for (const machine of this.#votes.keys()) this.#say(machine);
        },
      },
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#changes?.stop();
    this.#timer?.stop();
  }

  /** A machine that knows the time has a vote; one that has known it until now takes its vote back. */
  heard(machine: number, { wallMs, synchronised }: ClockPair): void {
    const nowMs = this.#clock.monotonicMs();
    const before = this.#votes.get(machine);
    if (before === undefined && !synchronised) return;
    const anchorMs = synchronised ? wallMs - nowMs : null;
    const isSame =
      before !== undefined &&
      (anchorMs === null || before.anchorMs === null
        ? anchorMs === before.anchorMs
        : Math.abs(anchorMs - before.anchorMs) < worthSayingMs);
    if (isSame && nowMs - before.saidMs < sayAgainMs) return;
    this.#votes.set(machine, { anchorMs, saidMs: nowMs });
    this.#say(machine);
  }

  forget(machine: number): void {
    if (this.#votes.delete(machine)) this.#say(machine);
  }

  #say(machine: number): void {
    this.#unsaid.add(machine);
    if (this.#timer !== null || this.#stopped) return;
    this.#timer = this.#clock.after(gatherMs, () => {
      this.#timer = null;
      void this.#tell();
    });
  }

  async #tell(): Promise<void> {
    const machines = [...this.#unsaid];
    this.#unsaid.clear();
    const votes = machines.map((machine) => ({
      machine,
      anchorMs: this.#votes.get(machine)?.anchorMs ?? null,
    }));
    try {
      await this.#store.voteClock(votes);
    } catch (error) {
      // A store that comes back is told everything.
      this.#log.debug('the store did not hear the clocks', { reason: messageOf(error) });
    }
  }
}
