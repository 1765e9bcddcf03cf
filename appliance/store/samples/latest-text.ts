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

  /** All machines in columns, as `client/latest-columns.ts` reads them. */
  ofAll(
    machines: Iterable<{ machine: number; latest: LatestValues; dictionary: readonly Series[] }>,
  ): string {
    const places = new Map<Series, number>();
    const series: string[] = [];
    const placeOf = (one: Series): number => {
      const found = places.get(one);
      if (found !== undefined) return found;
      const { name, unit, kind } = one;
      places.set(one, series.push(JSON.stringify({ name, unit, kind })) - 1);
      return series.length - 1;
    };
    const texts: string[] = [];
    for (const { machine, latest, dictionary } of machines)
      texts.push(`"${machine}":${columnsOf(latest, dictionary, placeOf)}`);
    return `{"series":[${series.join()}],"machines":{${texts.join()}}}`;
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

/** Ages are milliseconds before the newest tick; 0 says that of all of them. */
function columnsOf(
  latest: LatestValues,
  dictionary: readonly Series[],
  placeOf: (series: Series) => number,
): string {
  const { lastMs } = latest;
  const count = Math.min(latest.width, dictionary.length);
  let [of, shown, ages, grown] = ['', '', '', ''];
  let old = false;
  for (let index = 0; index < count; index++) {
    const tMs = latest.time(index);
    if (Number.isNaN(tMs)) continue;
    const comma = of === '' ? '' : ',';
    const series = dictionary[index]!;
    const rate = latest.rate(index, series);
    old ||= tMs !== lastMs;
    of += comma + placeOf(series);
    shown += comma + unscaled(latest.value(index), series.scale);
    ages += comma + (lastMs - tMs);
    grown += comma + (Number.isNaN(rate) ? 'null' : unscaled(rate, series.scale));
  }
  const tMs = Number.isFinite(lastMs) ? lastMs : 0;
  return `{"tMs":${tMs},"of":[${of}],"values":[${shown}],"rates":[${grown}],"ages":${old ? `[${ages}]` : 0}}`;
}
