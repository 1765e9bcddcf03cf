/** Who hears what becomes of probes: what changed in words, not that they were checked once more. */
import type { Timer } from '../../runtime/clock.ts';
import type { ProbeState } from '../client/probes.ts';
import { withoutSecrets } from './words.ts';

/** What has changed of a probe; null: it was removed. Without secrets, because everybody hears it. */
export type ProbeListener = (id: string, state: ProbeState | null) => void;

export class News {
  readonly #listeners = new Set<ProbeListener>();
  /** Only its digest: a thousand of these sentences are half a megabyte. */
  readonly #told = new Map<string, number>();

  listen(listener: ProbeListener): Timer {
    this.#listeners.add(listener);
    return { stop: () => void this.#listeners.delete(listener) };
  }

  look(state: ProbeState): void {
    const { probe, verdict, sinceMs, text, vantages, incident } = state;
    const seen = vantages.map(({ machine, verdict: one, reason }) => [machine, one, reason?.code]);
    const said = digestOf(JSON.stringify([probe, verdict, sinceMs, text, seen, incident]));
    if (this.#told.get(probe.id) === said) return;
    this.#told.set(probe.id, said);
    this.#tell(probe.id, { ...state, probe: withoutSecrets(probe) });
  }

  removed(id: string): void {
    this.#told.delete(id);
    this.#tell(id, null);
  }

  #tell(id: string, state: ProbeState | null): void {
    for (const tell of this.#listeners) tell(id, state);
  }
}

/** 53 bits, of two sums that begin otherwise: as good as the text for being told apart from the one before. */
function digestOf(text: string): number {
  let [low, high] = [0x811c9dc5, 0xdeadbeef];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x5f356495);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
