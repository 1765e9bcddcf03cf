/** The agents' door as the watch uses it for probes, in RAM: what was said to it is kept, and it can be away or refuse. */
import type { DatedResult, ProbeNews } from '../../appliance/ingest/client/types.ts';
import type { Assignment } from '../../appliance/protocol/probes/exchange.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import type { ProbeDoor } from '../../appliance/watch/probes/options.ts';

type Listener = Parameters<ProbeDoor['results']>[0];

export class ProbeDoorInRam implements ProbeDoor {
  /** What each machine was told last; empty after the door came back. */
  readonly assigned = new Map<number, readonly Assignment[]>();
  /** How often anything was said. */
  said = 0;
  /** What becomes of the next word to a machine. */
  refuses: Failure | null = null;
  #isUp = false;
  readonly #listeners = new Set<Listener>();

  readonly assign = async (machine: number, probes: readonly Assignment[]): Promise<void> => {
    this.said += 1;
    if (this.refuses !== null) throw this.refuses;
    if (!this.#isUp) throw new Failure('UNAVAILABLE', 'the door does not answer');
    this.assigned.set(machine, probes);
  };

  readonly results = (listener: Listener) => {
    this.#listeners.add(listener);
    if (this.#isUp) listener.onUp?.();
    return { stop: () => void this.#listeners.delete(listener) };
  };

  close(): void {
    this.#listeners.clear();
  }

  up(): void {
    this.assigned.clear();
    this.#isUp = true;
    for (const { onUp } of this.#listeners) onUp?.();
  }

  down(): void {
    this.#isUp = false;
    for (const { onDown } of this.#listeners)
      onDown?.(new Failure('UNAVAILABLE', 'the door does not answer'));
  }

  tell(machine: number, ...results: readonly DatedResult[]): void {
    const news: ProbeNews = { machine, results };
    for (const { onNews } of this.#listeners) onNews(news);
  }

  idsOf(machine: number): string[] {
    return (this.assigned.get(machine) ?? []).map(({ id }) => id);
  }
}
