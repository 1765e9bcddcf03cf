/** Last values as JSON text, the same as that of `LatestValues.list`: what never changes of a series is written once. */
import { type Series, unscaled } from '../../protocol/series.ts';
import type { LatestValues } from './latest.ts';

export class LatestText {
  readonly #beginnings = new WeakMap<Series, string>();
  readonly #namesakes = new WeakMap<readonly Series[], { length: number; some: boolean }>();

  of(latest: LatestValues, dictionary: readonly Series[]): string {
    if (this.#hasNamesakes(dictionary)) return JSON.stringify(latest.list(dictionary));
    const count = Math.min(latest.width, dictionary.length);
    let lastMs = Number.NaN;
    let end = '';
    let text = '';
    for (let index = 0; index < count; index++) {
      const tMs = latest.time(index);
      if (Number.isNaN(tMs)) continue;
      // Most values of a machine are of the same tick.
      if (tMs !== lastMs) {
        lastMs = tMs;
        end = `,"tMs":${tMs}}`;
      }
      const series = dictionary[index]!;
      const rate = latest.rate(index, series);
      text += text === '' ? '' : ',';
      text += this.#beginningOf(series) + unscaled(latest.value(index), series.scale);
      if (!Number.isNaN(rate)) text += `,"rate":${unscaled(rate, series.scale)}`;
      text += end;
    }
    return `[${text}]`;
  }

  #beginningOf(series: Series): string {
    const found = this.#beginnings.get(series);
    if (found !== undefined) return found;
    const { name, unit, kind } = series;
    const beginning = `${JSON.stringify({ name, unit, kind }).slice(0, -1)},"value":`;
    this.#beginnings.set(series, beginning);
    return beginning;
  }

  #hasNamesakes(dictionary: readonly Series[]): boolean {
    const known = this.#namesakes.get(dictionary);
    if (known?.length === dictionary.length) return known.some;
    const some = new Set(dictionary.map(({ name }) => name)).size < dictionary.length;
    this.#namesakes.set(dictionary, { length: dictionary.length, some });
    return some;
  }
}
