/** The last values of all machines in columns of numbers, as `client/latest-columns.ts` reads them; ../README.md draws the bytes. */
import type { Series } from '../../protocol/series.ts';
import {
  doubleBytes,
  headOffset,
  type LatestHead,
  latestVersion,
  placeBytes,
} from '../client/latest-columns.ts';
import type { LatestValues } from './latest.ts';

type Source = { machine: number; latest: LatestValues; dictionary: readonly Series[] };

export function latestBytes(sources: readonly Source[]): Uint8Array {
  const most = sources.reduce((sum, { latest }) => sum + latest.width, 0);
  const columns = {
    values: new Float64Array(most),
    rates: new Float64Array(most),
    ages: new Float64Array(most),
    places: new Uint32Array(most),
  };
  const places = new Map<Series, number>();
  let end = 0;
  let aged = false;
  const machines = sources.map(({ machine, latest, dictionary }) => {
    const { lastMs } = latest;
    const first = end;
    const width = Math.min(latest.width, dictionary.length);
    for (let index = 0; index < width; index++) {
      const tMs = latest.time(index);
      if (Number.isNaN(tMs)) continue;
      const series = dictionary[index]!;
      const place = places.get(series) ?? places.size;
      if (place === places.size) places.set(series, place);
      columns.places[end] = place;
      columns.values[end] = latest.value(index);
      columns.rates[end] = latest.rate(index, series);
      columns.ages[end] = lastMs - tMs;
      aged ||= lastMs !== tMs;
      end++;
    }
    return { machine, tMs: Number.isFinite(lastMs) ? lastMs : 0, count: end - first };
  });
  const series = [...places.keys()].map(({ name, unit, kind, scale }) => ({ name, unit, kind, scale }));
  return assembled({ series, machines, count: end, aged }, columns);
}

type Columns = Record<'values' | 'rates' | 'ages', Float64Array> & { places: Uint32Array };

/** Doubles stand where a reader may lay an array over them: at multiples of eight. */
function assembled(head: LatestHead, { values, rates, ages, places }: Columns): Uint8Array {
  const text = JSON.stringify(head);
  const length = Buffer.byteLength(text);
  const padded = length + (-(headOffset + length) & (doubleBytes - 1));
  const { count, aged } = head;
  const doubles = aged ? [values, rates, ages] : [values, rates];
  const size = headOffset + padded + count * (doubles.length * doubleBytes + placeBytes);
  const bytes = Buffer.alloc(size, ' ');
  bytes.writeUInt32LE(latestVersion, 0);
  bytes.writeUInt32LE(padded, placeBytes);
  bytes.write(text, headOffset);
  let at = headOffset + padded;
  for (const column of [...doubles, places]) {
    const part = column.subarray(0, count);
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}
