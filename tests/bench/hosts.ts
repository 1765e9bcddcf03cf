/** Many hosts out of few traces: the rows that each of them measured, made when they are asked for. */
import { attributeValue } from '../../appliance/protocol/names.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import { type BenchContext, numberOption } from './bench.ts';
import { Random } from './random.ts';
import { decimalsOf, generateHost, type HostTrace, stepMs } from './trace.ts';
import { readTrace } from './trace-file.ts';

/** So many hosts are generated; the others replay one of them, later in its day and with other numbers. */
const generated = 25;
const changingSeries = 60;
const shift = { rows: 97, value: 1009 };

export const hostOptions = { hosts: { type: 'string' }, trace: { type: 'string' } } as const;
export const hostHelp = (count: number) => ({
  hosts: `how many hosts (${count})`,
  trace: 'a recording instead of generated hosts: CSV, a line "t,series,…", then milliseconds and values',
});

export class Hosts {
  readonly count: number;
  readonly what: 'generated' | 'recorded';
  readonly series: readonly Series[];
  readonly #traces: readonly HostTrace[];
  readonly #labels: readonly string[];

  constructor(traces: readonly HostTrace[], count: number, what: 'generated' | 'recorded') {
    this.count = count;
    this.what = what;
    this.#traces = traces;
    const { series } = traces[0]!;
    this.#labels = series.map(({ name }) => name.replaceAll(/[^a-zA-Z0-9_]/g, '_'));
    this.series = series.map(({ name, scale, kind }) => ({
      name: attributeValue(name),
      unit: '1',
      scale,
      kind,
    }));
  }

  /** What `--trace` and `--hosts` say, or generated hosts that last so long before they begin anew. */
  static async of(
    context: BenchContext,
    o: { hosts: number; hours: number; generated?: number },
  ): Promise<Hosts> {
    const count = Math.max(1, Math.floor(numberOption(context, 'hosts', o.hosts)));
    const { trace } = context.values;
    if (trace !== undefined) return new Hosts([await readTrace(trace)], count, 'recorded');
    const traces = Array.from({ length: Math.min(count, o.generated ?? generated) }, (_, host) =>
      generateHost(host, o.hours),
    );
    return new Hosts(traces, count, 'generated');
  }

  /** The scaled integers of a tick, in the order of `series`. */
  row(host: number, at: number): (number | undefined)[] {
    const values = new Array<number | undefined>(this.series.length);
    for (let index = 0; index < values.length; index++) {
      const value = this.#value(host, index, at);
      values[index] = Number.isNaN(value) ? undefined : value;
    }
    return values;
  }

  /** The same as the text that other stores take, dated if a date is given. */
  lines(host: number, at: number, tMs?: number): string {
    const row = this.row(host, at);
    const date = tMs === undefined ? '' : ` ${tMs}`;
    let text = '';
    for (let index = 0; index < row.length; index++) {
      const value = row[index];
      if (value === undefined) continue;
      text += `${this.label(index)}{host="host-${host}"} ${decimalsOf(value, this.series[index]!.scale)}${date}\n`;
    }
    return text;
  }

  /** One value as a person writes it, null where there is none. */
  text(host: number, index: number, at: number): string | null {
    const value = this.#value(host, index, at);
    return Number.isNaN(value) ? null : decimalsOf(value, this.series[index]!.scale);
  }

  label(index: number): string {
    return this.#labels[index]!;
  }

  #value(host: number, index: number, at: number): number {
    const { columns } = this.#traces[host % this.#traces.length]!;
    const round = Math.floor(host / this.#traces.length);
    const column = columns[index]!;
    return column[(at + round * shift.rows) % column.length]! + round * shift.value;
  }
}

/** Hosts of which every series changes at every tick: nothing that waits or travels is cheaper than this. Or a recording. */
export async function changingHosts(count: number, trace?: string): Promise<Hosts> {
  if (trace !== undefined) return new Hosts([await readTrace(trace)], count, 'recorded');
  const random = new Random(5);
  const ticks = 1_440;
  const kinds = ['gauge', 'counter'] as const;
  const series = Array.from({ length: changingSeries }, (_, index) => ({
    ...{ name: `changing_${index}`, scale: index % 2 },
    kind: kinds[index % 2]!,
  }));
  const columns = series.map(({ kind }, index) => {
    let value = Math.floor(random.uniform() * 1e6);
    return Float64Array.from({ length: ticks }, () => {
      const step = 1 + Math.floor(random.uniform() * (20 + 30 * index));
      value = kind === 'counter' ? value + step : Math.abs(value + (random.chance(0.5) ? step : -step));
      return value;
    });
  });
  const times = Float64Array.from({ length: ticks }, (_, at) => at * stepMs);
  return new Hosts([{ host: 0, times, series, columns }], count, 'generated');
}
