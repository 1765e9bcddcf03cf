/** Which series a watcher of the stream wants: names, or beginnings of names when they end in a star. */
import type { Series } from '../protocol/series.ts';

type Known = { width: number; indices: number[] };

export class SeriesFilter {
  readonly #names: ReadonlySet<string>;
  readonly #beginnings: readonly string[];
  /** By machine: a dictionary only grows, so what was found stays right. */
  readonly #known = new Map<number, Known>();
  readonly #begun = new Set<number>();

  constructor(patterns: readonly string[]) {
    this.#names = new Set(patterns.filter((pattern) => !pattern.endsWith('*')));
    this.#beginnings = patterns
      .filter((pattern) => pattern.endsWith('*'))
      .map((pattern) => pattern.slice(0, -1));
  }

  wants(name: string): boolean {
    return this.#names.has(name) || this.#beginnings.some((beginning) => name.startsWith(beginning));
  }

  /** Whether it is told of this machine for the first time: then it knows nothing yet. */
  beginsWith(machine: number): boolean {
    const begins = !this.#begun.has(machine);
    this.#begun.add(machine);
    return begins;
  }

  /** The places of the wanted series in a machine's dictionary. */
  indicesOf(machine: number, dictionary: readonly Series[]): readonly number[] {
    const known = this.#known.get(machine) ?? { width: 0, indices: [] };
    for (let index = known.width; index < dictionary.length; index++) {
      if (this.wants(dictionary[index]!.name)) known.indices.push(index);
    }
    known.width = dictionary.length;
    this.#known.set(machine, known);
    return known.indices;
  }
}
