/** What streams of samples are, and whether the reading API gives back just what was acknowledged of them, in any tier. */
import type { ExportPage, ExportQuery, ExportTier } from '../../../appliance/store/client/types.ts';
import type { Tally } from './tally.ts';

/** One machine's samples: what they become with age is asked for in the tier that they end in. */
export type Stream = {
  zeroMs: number;
  stepMs: number;
  tier: ExportTier;
  /** Whatever is older is deleted sooner or later, so that only what is there can be judged. */
  goneBeforeMs?: number;
};

export const run = 'e'.repeat(32);
export const series = [
  { name: 'value', unit: '1', scale: 0, kind: 'gauge' },
  { name: 'count', unit: '1', scale: 0, kind: 'counter' },
] as const;
const names = series.map(({ name }) => name);
const cellMs = { minute: 60_000, ten: 600_000 } as const;

export function gaugeAt(machine: number, seq: number): number {
  return (Math.imul(seq + 1, 2654435761) ^ Math.imul(machine, 40503)) >>> 8;
}

export function counterAt(machine: number, seq: number): number {
  return seq * 16 + (gaugeAt(machine, seq) & 15);
}

export type Read = (query: ExportQuery) => Promise<ExportPage>;

export type Sent = {
  streams: readonly (Stream & { machine: number })[];
  /** Ticks from this one on are looked at; those below `acked` are on disk, those up to `sent` may be. */
  from: number;
  acked: number;
  sent: number;
  read: Read;
};

type Place = Stream & Omit<Sent, 'streams'> & { machine: number };

export async function compareStreams(tally: Tally, { streams, ...rest }: Sent): Promise<void> {
  if (rest.acked <= rest.from) return;
  for (const stream of streams) {
    const place = { ...stream, ...rest, from: Math.max(0, rest.from) };
    if (stream.tier === 'raw') await compareSamples(tally, place);
    else await compareCells(tally, { ...place, tier: stream.tier });
  }
}

async function compareSamples(tally: Tally, o: Place): Promise<void> {
  const found = new Map<number, number>();
  const query = { fromMs: o.zeroMs + o.from * o.stepMs, toMs: o.zeroMs + o.acked * o.stepMs };
  for await (const page of pagesOf(tally, o.read, { machine: o.machine, names, tier: 'raw', ...query })) {
    const [values, counts] = names.map((name) => page.columns.find((one) => one.name === name)?.values);
    for (const [at, tMs] of page.times.entries()) {
      const seq = (tMs - o.zeroMs) / o.stepMs;
      if (found.has(seq)) tally.doubled++;
      found.set(seq, tMs);
      if (values?.[at] !== gaugeAt(o.machine, seq) || counts?.[at] !== counterAt(o.machine, seq)) {
        tally.wrong++;
        tally.note(`tick ${seq} of machine ${o.machine} came back as ${values?.[at]}, ${counts?.[at]}`);
      }
    }
  }
  tally.compared += o.acked - o.from;
  for (let seq = o.from; seq < o.acked; seq++) {
    if (found.has(seq)) continue;
    tally.lost++;
    tally.note(`tick ${seq} of machine ${o.machine} is lost, ${o.acked} were acknowledged`);
  }
}

async function compareCells(tally: Tally, o: Place & { tier: 'minute' | 'ten' }): Promise<void> {
  const lengthMs = cellMs[o.tier];
  const whole = (seq: number) => Math.floor((o.zeroMs + seq * o.stepMs) / lengthMs) * lengthMs;
  const [fromMs, toMs] = [whole(o.from), whole(o.acked) + lengthMs];
  const cells = new Map<number, Cell>();
  for await (const page of pagesOf(tally, o.read, {
    machine: o.machine,
    names,
    tier: o.tier,
    fromMs,
    toMs,
  })) {
    const [gauge, counter] = names.map((name) => page.columns.find((one) => one.name === name));
    for (const [at, tMs] of page.times.entries()) {
      if (cells.has(tMs)) tally.doubled++;
      cells.set(tMs, {
        ...{ count: gauge?.count?.[at] ?? 0, sum: gauge?.sum?.[at], last: gauge?.last?.[at] },
        ...{ least: gauge?.min?.[at], greatest: gauge?.max?.[at] },
        counts: [counter?.count?.[at], counter?.first?.[at], counter?.last?.[at]],
      });
    }
  }
  for (let tMs = fromMs; tMs < toMs; tMs += lengthMs) {
    const seqAt = (ms: number) => Math.max(0, Math.ceil((ms - o.zeroMs) / o.stepMs));
    const [first, end] = [seqAt(tMs), seqAt(tMs + lengthMs)];
    if (first < end) judgeCell(tally, { ...o, tMs, first, end }, cells.get(tMs));
  }
}

function judgeCell(
  tally: Tally,
  o: Place & { tMs: number; first: number; end: number },
  cell: Cell | undefined,
): void {
  const [least, most] = [Math.min(o.end, o.acked) - o.first, Math.min(o.end, o.sent) - o.first];
  const count = cell?.count ?? 0;
  const where = `${o.tier} ${new Date(o.tMs).toISOString()} of machine ${o.machine}`;
  if (count > most) {
    tally.doubled += count - most;
    tally.note(`${where} has ${count} samples, ${most} were sent`);
  }
  if (o.tMs < (o.goneBeforeMs ?? 0)) return;
  tally.compared += Math.max(0, least);
  if (count < least) {
    tally.lost += least - count;
    tally.note(`${where} has ${count} samples, ${least} were acknowledged`);
  }
  if (count !== o.end - o.first || cell === undefined) return;
  const wanted = cellOf(o.machine, o.first, o.end);
  if (JSON.stringify(cell) === JSON.stringify(wanted)) return;
  tally.wrong++;
  tally.note(`${where} is ${JSON.stringify(cell)}, not ${JSON.stringify(wanted)}`);
}

async function* pagesOf(tally: Tally, read: Read, query: Omit<ExportQuery, 'cursor'>) {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await read(cursor === undefined ? query : { ...query, cursor });
    if (page.damaged !== undefined) {
      tally.wrong++;
      tally.note(
        `an answer says that ${JSON.stringify(page.damaged[0])} of machine ${query.machine} is damaged`,
      );
    }
    yield page;
    cursor = page.next;
  }
}

type Value = number | null | undefined;
type Cell = {
  count: number;
  sum: Value;
  last: Value;
  least: Value;
  greatest: Value;
  /** Of the counter: how many, the first, the last. */
  counts: Value[];
};

function cellOf(machine: number, first: number, end: number): Cell {
  const values: number[] = [];
  for (let seq = first; seq < end; seq++) values.push(gaugeAt(machine, seq));
  return {
    count: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    last: values.at(-1),
    least: Math.min(...values),
    greatest: Math.max(...values),
    counts: [values.length, counterAt(machine, first), counterAt(machine, end - 1)],
  };
}
