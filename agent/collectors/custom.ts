/** What the machine's owner measures: the numbers that the programs of `custom_dir` printed when they last ran. */
import { seriesName } from '../../appliance/protocol/names.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import type { Collector } from './collector.ts';
import { parseOpenMetrics, type Sample } from './openmetrics.ts';
import { PerDevice } from './per-device.ts';

/** Of one program, and of all: whoever prints without end leaves room for what is measured otherwise. */
const MOST_OF_ONE = 64;
const MOST_OF_ALL = 200;

/** `backup.sh` that prints `age_seconds{disk="nas"} 5` becomes `custom:backup.age_seconds/nas`. */
function labelOf(program: string, { name, labels }: Sample): string {
  return [`${program.replace(/\.[^.]*$/, '')}.${name.replaceAll(':', '_')}`, ...labels].join('/');
}

/** Whole bytes and counts; three decimals of everything else. */
function seriesOf(label: string, { unit, kind }: Sample): Series {
  const whole = unit === 'By' || (kind === 'counter' && unit !== 's');
  return { name: seriesName('custom', label), unit, scale: whole ? 0 : 3, kind };
}

type Value = { series: Series; value: number };

export const custom: Collector = ({ printed }) => {
  const labels = new PerDevice((label) => label);
  let read = new Map<string, string>();
  let values: Value[] = [];

  /** What is said twice counts once, also by two programs whose names differ only in their ending. */
  function readAll(): void {
    const samples = new Map<string, Sample>();
    for (const [program, text] of printed) {
      for (const sample of parseOpenMetrics(text, MOST_OF_ONE)) {
        const name = labelOf(program, sample);
        if (!samples.has(name) && samples.size < MOST_OF_ALL) samples.set(name, sample);
      }
    }
    labels.keepOnly(samples);
    values = [...samples].map(([name, sample]) => ({
      series: seriesOf(labels.of(name), sample),
      value: sample.value,
    }));
  }

  return (out) => {
    if (printed.size === 0 && read.size === 0) return;
    // A text is the same until its program ran again.
    if (printed.size !== read.size || [...printed].some(([program, text]) => read.get(program) !== text)) {
      read = new Map(printed);
      readAll();
    }
    for (const { series, value } of values) out.put(series, value);
  };
};
