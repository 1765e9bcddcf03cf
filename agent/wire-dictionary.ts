/**
 * The dictionary of one connection: the series of this run in the order of its catalog, and between them those of earlier
 * runs, by name. Nothing is ever renumbered.
 */
import { limits } from '../appliance/protocol/limits.ts';
import type { Series } from '../appliance/protocol/series.ts';
import { SeriesRoom } from '../appliance/protocol/series-room.ts';
import type { Tick } from '../appliance/protocol/ticks.ts';

/** The place of a series for which there is no room: its values stay here. */
const NOWHERE = -1;

export class WireDictionary {
  readonly #tell: (from: number, series: Series[]) => void;
  readonly #places = new Map<string, number>();
  readonly #own: number[] = [];
  /** Does each of them stand where the catalog has it? Nearly always. */
  #straight = true;
  readonly #room = new SeriesRoom();
  #length = 0;
  /** The last list that was asked for: a segment's, again and again. */
  #last: { series: readonly Series[]; length: number; places: readonly number[] } | undefined;

  constructor(tell: (from: number, series: Series[]) => void) {
    this.#tell = tell;
  }

  /** Where each series of the catalog stands, as far as it was told. */
  get own(): readonly number[] {
    return this.#own;
  }

  addOwn(series: readonly Series[]): void {
    this.#own.push(...this.#add(series));
    this.#straight = this.#own.every((place, index) => place === index);
  }

  places(series: readonly Series[]): readonly number[] {
    if (this.#last?.series === series && this.#last.length === series.length) return this.#last.places;
    const places = this.#add(series);
    this.#last = { series, length: series.length, places };
    return places;
  }

  /** The tick as the connection has it. The same tick, when nothing has to be moved. */
  place(tick: Tick, places: readonly number[]): Tick {
    const { values } = tick;
    if (values.length === this.#length && this.#straight && places === this.#own) return tick;
    const moved = new Array<number | undefined>(this.#length).fill(undefined);
    for (let index = 0; index < values.length; index++) {
      const place = places[index] ?? NOWHERE;
      if (place !== NOWHERE) moved[place] = values[index];
    }
    return { ...tick, values: moved };
  }

  #add(series: readonly Series[]): number[] {
    const from = this.#length;
    const fresh: Series[] = [];
    const places = series.map((one) => {
      const name = `${one.name} ${one.unit} ${one.scale} ${one.kind}`;
      const known = this.#places.get(name);
      if (known !== undefined) return known;
      if (!this.#room.has(one)) return NOWHERE;
      this.#room.take(one);
      const place = this.#length;
      this.#places.set(name, place);
      this.#length += 1;
      fresh.push(one);
      return place;
    });
    for (let at = 0; at < fresh.length; at += limits.seriesPerMachine)
      this.#tell(from + at, fresh.slice(at, at + limits.seriesPerMachine));
    return places;
  }
}
