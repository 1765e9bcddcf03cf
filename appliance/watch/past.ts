/** What the store kept of a machine's series, as samples that rules can be shown. */
import type { ExportColumn, ExportTier, StoreClient } from '../store/client/client.ts';
import type { Value } from './evaluation.ts';

export type Sample = Value & { tMs: number };
export type Past = Map<string, Sample[]>;

export type PastQuery = { machine: number; names: readonly string[]; fromMs: number; toMs: number };

/** The store takes as many names at once. */
const mostNames = 64;

/** Every sample, or a mean of each minute. */
export async function pastOf(
  store: Pick<StoreClient, 'exportPage'>,
  { machine, names, fromMs, toMs }: PastQuery,
  tier: Exclude<ExportTier, 'ten'>,
  signal?: AbortSignal,
): Promise<Past> {
  const past: Past = new Map();
  for (let at = 0; at < names.length; at += mostNames) {
    const some = names.slice(at, at + mostNames);
    let cursor: string | undefined;
    do {
      const page = await store.exportPage(
        { machine, names: [...some], fromMs, toMs, tier, ...(cursor === undefined ? {} : { cursor }) },
        signal === undefined ? undefined : { signal },
      );
      for (const column of page.columns) add(past, column, page.times);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }
  return past;
}

/** One value a step, for what looks far back. */
export async function coarsePastOf(
  store: Pick<StoreClient, 'range'>,
  query: PastQuery,
  stepMs: number,
): Promise<Past> {
  const past: Past = new Map();
  const points = Math.max(1, Math.min(1000, Math.ceil((query.toMs - query.fromMs) / stepMs)));
  for (let at = 0; at < query.names.length; at += mostNames) {
    const names = query.names.slice(at, at + mostNames);
    const { startMs, stepMs: step, columns } = await store.range({ ...query, names, points });
    for (const { name, kind, mean } of columns) {
      const samples = mean.flatMap((value, index): Sample[] =>
        value === null
          ? []
          : [{ tMs: startMs + (index + 0.5) * step, value, ...(kind === 'counter' ? { rate: value } : {}) }],
      );
      past.set(name, samples);
    }
  }
  return past;
}

function add(past: Past, column: ExportColumn, times: readonly number[]): void {
  const samples = past.get(column.name) ?? [];
  past.set(column.name, samples);
  const sampleAt = column.values === undefined ? cellAt(column) : valueAt(column, samples);
  for (const [at, tMs] of times.entries()) {
    const value = sampleAt(at, tMs);
    if (value !== null) samples.push({ tMs, ...value });
  }
}

/** A sample; of a counter its rate since the one before, as the live values have it. */
function valueAt({ values = [], scale, kind }: ExportColumn, before: readonly Sample[]) {
  return (at: number, tMs: number): Value | null => {
    const whole = values[at] ?? null;
    if (whole === null) return null;
    const value = whole / 10 ** scale;
    const last = before.at(-1);
    if (kind !== 'counter' || last === undefined || tMs <= last.tMs) return { value };
    const grew = value < last.value ? value : value - last.value;
    return { value, rate: (grew * 1000) / (tMs - last.tMs) };
  };
}

/** A minute: of a gauge its mean, of a counter its last value and how fast it grew. */
function cellAt({
  sum = [],
  count = [],
  last = [],
  increase = [],
  coveredMs = [],
  scale,
  kind,
}: ExportColumn) {
  const unit = 10 ** scale;
  return (at: number): Value | null => {
    const samples = count[at] ?? 0;
    if (samples === 0) return null;
    if (kind === 'gauge') return { value: (sum[at] ?? 0) / samples / unit };
    const value = (last[at] ?? 0) / unit;
    const covered = coveredMs[at] ?? 0;
    return covered > 0 ? { value, rate: ((increase[at] ?? 0) * 1000) / covered / unit } : { value };
  };
}
