/**
 * Whether what is always looked at was ever answered, as the store remembers it: so that a start in the middle of an outage
 * knows that there is one. What never was answered may be forbidden here, and its silence says nothing.
 */
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { StoreClient } from '../../store/client/client.ts';
import type { ProbeDefinition } from '../client/probes.ts';
import { keptOfProbes } from './probe-series.ts';

const lookbackMs = 30 * 86_400_000;
const againMs = 60_000;

export class Reached {
  readonly #o: { store: Pick<StoreClient, 'range'>; wallMs(): number; atMs(): number; log: Log };
  /** As it was aimed then: elsewhere is another matter. */
  readonly #aims = new Map<string, string>();
  #askedMs = Number.NEGATIVE_INFINITY;
  #isDone = false;

  constructor(o: { store: Pick<StoreClient, 'range'>; wallMs(): number; atMs(): number; log: Log }) {
    this.#o = o;
  }

  /** Null: that is still asked. */
  has(probe: ProbeDefinition): boolean | null {
    return this.#isDone ? this.#aims.get(probe.id) === aimOf(probe) : null;
  }

  /** Asks once, when it is known which machine is the box's own. */
  look(machine: number | undefined, probes: readonly ProbeDefinition[]): void {
    const { store, wallMs, atMs, log } = this.#o;
    const own = probes.filter(({ builtIn }) => builtIn);
    if (this.#isDone || machine === undefined || own.length === 0) return;
    if (atMs() - this.#askedMs < againMs) return;
    this.#askedMs = atMs();
    const toMs = wallMs();
    const names = own.map(({ id }) => keptOfProbes.up + id);
    store.range({ machine, names, fromMs: toMs - lookbackMs, toMs, points: 1 }).then(
      ({ columns }) => {
        this.#isDone = true;
        for (const probe of own) {
          const found = columns.find(({ name }) => name === keptOfProbes.up + probe.id);
          if (found?.max.some((value) => (value ?? 0) > 0)) this.#aims.set(probe.id, aimOf(probe));
        }
      },
      (error: unknown) => log.debug('the store did not say what was reached', { error: messageOf(error) }),
    );
  }
}

function aimOf({ kind, options }: ProbeDefinition): string {
  return JSON.stringify([kind, options]);
}
