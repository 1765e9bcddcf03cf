/** How many series a machine may have: its own, and beside them those of probes that it runs for the box. */
import { limits } from './limits.ts';

/** What a probe measured counts against the box, which decides what is probed, not against the machine that looked. */
export function isOfProbe({ name }: { name: string }): boolean {
  return name.startsWith('probe.');
}

/** `probe.up:ID`, `probe.interface.io:ID:eth0:receive`: the probe that it is of, if it is of one. */
export function probeOf(series: { name: string }): string | undefined {
  return isOfProbe(series) ? series.name.split(':', 2)[1] : undefined;
}

export class SeriesRoom {
  #own = 0;
  #ofProbes = 0;

  get own(): number {
    return this.#own;
  }

  /** `isProbe`: a name alone may say so and be that of no probe of this machine. */
  has(series: { name: string }, isProbe = isOfProbe(series)): boolean {
    return isProbe ? this.#ofProbes < limits.probeSeriesPerMachine : this.#own < limits.seriesPerMachine;
  }

  take(series: { name: string }, isProbe = isOfProbe(series)): void {
    if (isProbe) this.#ofProbes += 1;
    else this.#own += 1;
  }
}
