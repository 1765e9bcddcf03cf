/** What each machine's series are called: append-only lists, so that an index means the same for ever. */
import { limits } from '../protocol/limits.ts';
import { checkSeries, type Series } from '../protocol/series.ts';
import { decodeChecked, encodeChecked } from './checked.ts';
import { type Database, iterationOptions } from './database.ts';
import { dictionaryKey, rangeOf } from './keys.ts';
import type { RecordWriter } from './writer.ts';

const beyondLimits = -1;

export interface Dictionaries {
  readonly count: number;
  load(): Promise<void>;
  of(machine: number): readonly Series[];
  /** The index of each series, on disk before the answer; -1 for one that is beyond the limits. */
  resolve(machine: number, wanted: readonly Series[]): Promise<number[]>;
}

type Dictionary = { list: Series[]; indexes: Map<Series, number> };

export function createDictionaries(o: {
  database: Database;
  writer: RecordWriter;
  mostSeries: number;
}): Dictionaries {
  const dictionaries = new Map<number, Dictionary>();
  /** Most machines have the same series; each is held once. */
  const known = new Map<string, Series>();
  let count = 0;

  const intern = (series: Series): Series => {
    const { name, unit, scale, kind } = series;
    const identity = JSON.stringify([name, unit, scale, kind]);
    const found = known.get(identity);
    if (found !== undefined) return found;
    known.set(identity, series);
    return series;
  };
  const dictionaryOf = (machine: number): Dictionary => {
    const found = dictionaries.get(machine) ?? { list: [], indexes: new Map() };
    dictionaries.set(machine, found);
    return found;
  };
  const add = (dictionary: Dictionary, series: Series): number => {
    const index = dictionary.list.push(series) - 1;
    dictionary.indexes.set(series, index);
    count++;
    return index;
  };

  return {
    get count() {
      return count;
    },
    async load() {
      for await (const [key, value] of o.database.iterator({
        ...rangeOf('dictionary'),
        ...iterationOptions,
      })) {
        const machine = key.readUInt32BE(1);
        const what = `The name of series ${key.readUInt16BE(5)} of machine ${machine}`;
        add(dictionaryOf(machine), intern(decodeChecked(value, what, checkSeries)));
      }
    },
    of: (machine) => dictionaries.get(machine)?.list ?? [],
    async resolve(machine, wanted) {
      const dictionary = dictionaryOf(machine);
      const operations: { type: 'put'; key: Buffer; value: Buffer }[] = [];
      const indexes = wanted.map((one) => {
        const series = intern(one);
        const found = dictionary.indexes.get(series);
        if (found !== undefined) return found;
        if (dictionary.list.length >= limits.seriesPerMachine || count >= o.mostSeries) return beyondLimits;
        const index = add(dictionary, series);
        operations.push({ type: 'put', key: dictionaryKey(machine, index), value: encodeChecked(series) });
        return index;
      });
      // Also an index that another call has just made must be on disk before samples can refer to it.
      if (operations.length > 0) await o.writer.write(operations);
      else await o.writer.settled();
      return indexes;
    },
  };
}
