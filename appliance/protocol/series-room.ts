/** How many series a machine may have: its own, and beside them those of probes that it runs for the box. */
import { limits } from './limits.ts';

/** What a probe measured counts against the box, which decides what is probed, not against the machine that looked. */
export function isOfProbe({ name }: { name: string }): boolean {
  return name.startsWith('probe.');
}

export class SeriesRoom {
  #own = 0;
  #ofProbes = 0;

  get own(): number {
    return this.#own;
  }

  has(series: { name: string }): boolean {
    return isOfProbe(series)
      ? this.#ofProbes < limits.probeSeriesPerMachine
      : this.#own < limits.seriesPerMachine;
  }

  take(series: { name: string }): void {
    if (isOfProbe(series)) this.#ofProbes += 1;
    else this.#own += 1;
  }
}
