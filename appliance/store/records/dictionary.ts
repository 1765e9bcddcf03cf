/** What each machine's series are called: append-only lists, so that an index means the same for ever. */
import { limits } from '../../protocol/limits.ts';
import { checkSeries, type Series } from '../../protocol/series.ts';
import { isOfProbe, probeOf, SeriesRoom } from '../../protocol/series-room.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type Database, iterationOptions } from '../database/database.ts';
import { dictionaryKey, rangeOf } from '../keys.ts';
import type { RefusalCode, Refusals } from '../samples/refusals.ts';
import { decodeChecked, encodeChecked } from './checked.ts';
import type { RecordWriter } from './writer.ts';

const beyondLimits = -1;

/** New series that a machine may still add; so many an hour come to it, up to as many. */
type Allowance = { left: number; atMs: number };

function spend(allowance: Allowance, nowMs: number): boolean {
  const perHour = limits.newSeriesPerHour;
  allowance.left = Math.min(perHour, allowance.left + ((nowMs - allowance.atMs) * perHour) / 3_600_000);
  allowance.atMs = nowMs;
  if (allowance.left < 1) return false;
  allowance.left -= 1;
  return true;
}

export interface Dictionaries {
  readonly count: number;
  /** Different series that are held in RAM: no more than there are in use. */
  readonly known: number;
  load(): Promise<void>;
  of(machine: number): readonly Series[];
  /**
   * The index of each series, on disk before the answer; -1 for one that is beyond the limits. New ones count as those of
   * probes only where the machine runs these `probes`: any other name that says so takes room of its own.
   */
  resolve(machine: number, wanted: readonly Series[], probes?: readonly string[]): Promise<number[]>;
}

/** An index is looked for where it is needed: once for each connection, and a map for each machine is larger than its list. */
type Dictionary = { list: Series[]; room: SeriesRoom; allowance: Allowance | null };

export function createDictionaries(o: {
  database: Database;
  writer: RecordWriter;
  mostSeries: number;
  clock: Clock;
  refusals?: Refusals;
}): Dictionaries {
  const dictionaries = new Map<number, Dictionary>();
  /** Most machines have the same series; each is held once. */
  const known = new Map<string, Series>();
  let count = 0;
  let ofProbes = 0;

  const identityOf = ({ name, unit, scale, kind }: Series) => JSON.stringify([name, unit, scale, kind]);
  const intern = (series: Series): Series => {
    const identity = identityOf(series);
    const found = known.get(identity);
    if (found !== undefined) return found;
    known.set(identity, series);
    return series;
  };
  const dictionaryOf = (machine: number): Dictionary => {
    const found = dictionaries.get(machine) ?? { list: [], room: new SeriesRoom(), allowance: null };
    dictionaries.set(machine, found);
    return found;
  };
  // Which probes a machine ran is not kept: what is read from disk counts by its name.
  const add = (dictionary: Dictionary, series: Series, isProbe = isOfProbe(series)): number => {
    count++;
    if (isProbe) ofProbes++;
    dictionary.room.take(series, isProbe);
    return dictionary.list.push(series) - 1;
  };

  const refusalOf = (
    dictionary: Dictionary,
    series: Series,
    { isFirst, isProbe }: { isFirst: boolean; isProbe: boolean },
    nowMs: number,
  ): RefusalCode | null => {
    if (!dictionary.room.has(series, isProbe)) return 'MACHINE_SERIES';
    if (count >= o.mostSeries || (isProbe && ofProbes >= limits.probeSeriesPerBox)) return 'BOX_SERIES';
    // People decide how many probes there are, not the machine.
    if (isFirst || isProbe) return null;
    dictionary.allowance ??= { left: limits.newSeriesPerHour, atMs: nowMs };
    return spend(dictionary.allowance, nowMs) ? null : 'NEW_SERIES';
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
    get known() {
      return known.size;
    },
    of: (machine) => dictionaries.get(machine)?.list ?? [],
    async resolve(machine, wanted, probes = []) {
      const dictionary = dictionaryOf(machine);
      const nowMs = o.clock.monotonicMs();
      const isFirst = dictionary.room.own === 0;
      const isProbeOf = probesIn(dictionary.list, probes);
      const beyond = new Map<RefusalCode, string[]>();
      const operations: { type: 'put'; key: Buffer; value: Buffer }[] = [];
      const indexes = wanted.map((one) => {
        const shared = known.get(identityOf(one));
        const found = shared === undefined ? -1 : dictionary.list.indexOf(shared);
        if (found >= 0) return found;
        const isProbe = isProbeOf(one);
        const code = refusalOf(dictionary, one, { isFirst, isProbe }, nowMs);
        if (code !== null) {
          beyond.set(code, [...(beyond.get(code) ?? []), one.name]);
          return beyondLimits;
        }
        const index = add(dictionary, intern(one), isProbe);
        const series = dictionary.list[index]!;
        operations.push({ type: 'put', key: dictionaryKey(machine, index), value: encodeChecked(series) });
        return index;
      });
      for (const [code, names] of beyond) o.refusals?.refused(machine, code, { count: names.length, names });
      // Also an index that another call has just made must be on disk before samples can refer to it.
      if (operations.length > 0) await o.writer.write(operations);
      else await o.writer.settled();
      return indexes;
    },
  };
}

/** Which new series are of one of these probes; a probe that has all that it may have is no reason for more. */
function probesIn(list: readonly Series[], probes: readonly string[]): (series: Series) => boolean {
  if (probes.length === 0) return () => false;
  const counts = new Map(probes.map((probe) => [probe, 0]));
  const take = (series: Series): boolean => {
    const probe = probeOf(series);
    const taken = probe === undefined ? undefined : counts.get(probe);
    if (probe === undefined || taken === undefined || taken >= limits.seriesPerProbe) return false;
    counts.set(probe, taken + 1);
    return true;
  };
  for (const one of list) take(one);
  return take;
}
