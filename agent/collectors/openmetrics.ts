/**
 * What a program printed, as samples: OpenMetrics text, or that of Prometheus, or nothing but `name value` on each line.
 * Only what becomes a number is read: buckets, quantiles, exemplars and dates are passed over, and so is a line that does
 * not fit.
 */
export type Sample = {
  name: string;
  /** Values of the labels, in the order in which they stand. */
  labels: string[];
  value: number;
  kind: 'gauge' | 'counter';
  unit: string;
};

const NAME = /^([a-zA-Z_:][a-zA-Z0-9_:]*)/;
const LABEL = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\.)*)"\s*(,|(?=\}))/;
const VALUE = /^\s+([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:\s|$)/;
const HEADER = /^# (TYPE|UNIT) (\S+) (\S+)\s*$/;

/** OpenMetrics ends names with their unit; the series has it as OpenTelemetry writes it. */
const units: Readonly<Record<string, string>> = {
  seconds: 's',
  bytes: 'By',
  celsius: 'Cel',
  ratio: '1',
  percent: '%',
  volts: 'V',
  amperes: 'A',
  joules: 'J',
  meters: 'm',
  grams: 'g',
};

export function parseOpenMetrics(text: string, most: number): Sample[] {
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  const named = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '# EOF' || samples.length >= most) break;
    const header = HEADER.exec(line);
    if (header !== null) (header[1] === 'TYPE' ? types : named).set(header[2] ?? '', header[3] ?? '');
    else if (!line.startsWith('#')) {
      const sample = parseSample(line, types, named);
      if (sample !== undefined) samples.push(sample);
    }
  }
  return samples;
}

function parseSample(
  line: string,
  types: ReadonlyMap<string, string>,
  named: ReadonlyMap<string, string>,
): Sample | undefined {
  const name = NAME.exec(line)?.[1];
  if (name === undefined) return undefined;
  const parsed = parseLabels(line.slice(name.length));
  if (parsed === undefined) return undefined;
  const value = VALUE.exec(` ${parsed.rest}`)?.[1];
  if (value === undefined || !Number.isFinite(Number(value))) return undefined;
  const family = types.has(name) ? name : name.replace(/_(total|count|sum|bucket|created)$/, '');
  const type = types.get(family);
  if (/_(bucket|created)$/.test(name) && family !== name && type !== undefined) return undefined;
  // The lines of a summary that are neither its count nor its sum are quantiles.
  if (type === 'summary' && family === name) return undefined;
  const counts = type === 'counter' || type === 'histogram' || type === 'summary';
  const last = named.get(family) ?? /_([a-z]+)$/.exec(family)?.[1] ?? '';
  const unit = name.endsWith('_count') && counts ? '1' : (units[last] ?? '1');
  return { name, labels: parsed.labels, value: Number(value), kind: counts ? 'counter' : 'gauge', unit };
}

function parseLabels(text: string): { labels: string[]; rest: string } | undefined {
  if (!text.startsWith('{')) return /^\s/.test(text) ? { labels: [], rest: text } : undefined;
  const labels: string[] = [];
  let rest = text.slice(1);
  for (let found = LABEL.exec(rest); found !== null; found = LABEL.exec(rest)) {
    labels.push((found[2] ?? '').replace(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark)));
    rest = rest.slice(found[0].length);
  }
  return /^\s*\}/.test(rest) ? { labels, rest: rest.replace(/^\s*\}/, '') } : undefined;
}
