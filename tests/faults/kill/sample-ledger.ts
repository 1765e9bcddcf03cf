/** The producer of samples: what it sent, what it was told is on disk, and whether the reading API gives back just that. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createStoreClient, type StoreClient } from '../../../appliance/store/client/client.ts';
import type { AppendBatch, Commit, ExportQuery, ExportTier } from '../../../appliance/store/client/types.ts';
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
const series = [
  { name: 'value', unit: '1', scale: 0, kind: 'gauge' },
  { name: 'count', unit: '1', scale: 0, kind: 'counter' },
] as const;
const names = series.map(({ name }) => name);
const ticksPerBatch = 5;
const betweenBatchesMs = 4;
const cellMs = { minute: 60_000, ten: 600_000 } as const;

function gaugeAt(machine: number, seq: number): number {
  return (Math.imul(seq + 1, 2654435761) ^ Math.imul(machine, 40503)) >>> 8;
}

function counterAt(machine: number, seq: number): number {
  return seq * 16 + (gaugeAt(machine, seq) & 15);
}

export class SampleLedger {
  readonly client: StoreClient;
  readonly #reader: StoreClient;
  readonly #streams: readonly Stream[];
  readonly #machines: number[] = [];
  /** Ticks 0 to acked − 1 of every stream are on disk; up to #sent they were sent once at least. */
  acked = 0;
  #sent = 0;
  #next = 0;
  #epoch = '';
  #durable = 0;
  #pending: { batch: number; upTo: number }[] = [];
  #commits: { stop(): void } | null = null;

  constructor(runDir: string, streams: readonly Stream[]) {
    this.#streams = streams;
    this.client = createStoreClient({ runDir, as: 'ingest' });
    this.#reader = createStoreClient({ runDir, as: 'console' });
  }

  get streams(): number {
    return this.#streams.length;
  }

  /** The store has begun anew: follows it at once, without the pauses of a reconnection. */
  async attach(): Promise<void> {
    this.#commits?.stop();
    this.#lostSight();
    this.#commits = this.client.commits({
      onCommit: (commit) => this.#committed(commit),
      onDown: () => this.#lostSight(),
    });
    for (const index of this.#streams.keys()) {
      if (this.#machines[index] !== undefined) continue;
      const key = (index + 1).toString(16).padStart(64, 'f');
      const name = `stream ${index}`;
      const { machine } = await this.client.admit({ key, name, by: 'ledger', local: false });
      await this.client.series(machine, series);
      this.#machines[index] = machine;
    }
  }

  async send(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(betweenBatchesMs);
      const epoch = this.#epoch;
      if (epoch === '') continue;
      const first = this.#next;
      const upTo = first + ticksPerBatch;
      this.#sent = Math.max(this.#sent, upTo);
      const { batch, refused } = await this.client.append(this.#batch(first, upTo));
      if (refused.length > 0) throw new Error(`the store refused samples: ${JSON.stringify(refused[0])}`);
      // An answer that comes after the store has begun anew belongs to an epoch that is over.
      if (epoch !== this.#epoch) continue;
      this.#pending.push({ batch, upTo });
      this.#next = upTo;
      this.#settle();
    }
  }

  get settled(): boolean {
    return this.#epoch !== '' && this.#pending.length === 0 && this.acked === this.#next;
  }

  async compare(tally: Tally, from = 0): Promise<void> {
    const { acked } = this;
    if (acked <= from) return;
    for (const [index, stream] of this.#streams.entries()) {
      const place = { ...stream, machine: this.#machines[index]!, from: Math.max(0, from), acked };
      if (stream.tier === 'raw') await this.#compareSamples(tally, place);
      else await this.#compareCells(tally, { ...place, tier: stream.tier });
    }
  }

  close(): void {
    this.#commits?.stop();
    this.client.close();
    this.#reader.close();
  }

  async #compareSamples(tally: Tally, o: Place): Promise<void> {
    const found = new Map<number, number>();
    const query = { fromMs: o.zeroMs + o.from * o.stepMs, toMs: o.zeroMs + o.acked * o.stepMs };
    for await (const page of this.#pages(tally, { machine: o.machine, names, tier: 'raw', ...query })) {
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

  async #compareCells(tally: Tally, o: Place & { tier: 'minute' | 'ten' }): Promise<void> {
    const lengthMs = cellMs[o.tier];
    const whole = (seq: number) => Math.floor((o.zeroMs + seq * o.stepMs) / lengthMs) * lengthMs;
    const [fromMs, toMs] = [whole(o.from), whole(o.acked) + lengthMs];
    const cells = new Map<number, Cell>();
    for await (const page of this.#pages(tally, { machine: o.machine, names, tier: o.tier, fromMs, toMs })) {
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
      if (first < end) this.#judgeCell(tally, { ...o, tMs, first, end }, cells.get(tMs));
    }
  }

  #judgeCell(
    tally: Tally,
    o: Place & { tMs: number; first: number; end: number },
    cell: Cell | undefined,
  ): void {
    const [least, most] = [Math.min(o.end, o.acked) - o.first, Math.min(o.end, this.#sent) - o.first];
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

  async *#pages(tally: Tally, query: Omit<ExportQuery, 'cursor'>) {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await this.#reader.exportPage(cursor === undefined ? query : { ...query, cursor });
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

  #batch(first: number, upTo: number): AppendBatch {
    return this.#machines.map((machine, index) => {
      const { zeroMs, stepMs } = this.#streams[index]!;
      const ticks = [];
      for (let seq = first; seq < upTo; seq++)
        ticks.push({ seq, runMs: seq * stepMs, values: [gaugeAt(machine, seq), counterAt(machine, seq)] });
      return { machine, run, wallAtZeroMs: zeroMs, trusted: true, ticks };
    });
  }

  #committed({ epoch, durable }: Commit): void {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#pending = [];
      // What was not on disk may be lost: from there on everything is sent again.
      this.#next = this.acked;
    }
    this.#durable = durable;
    this.#settle();
  }

  #settle(): void {
    while (this.#pending.length > 0 && this.#pending[0]!.batch <= this.#durable)
      this.acked = Math.max(this.acked, this.#pending.shift()!.upTo);
  }

  #lostSight(): void {
    this.#epoch = '';
    this.#pending = [];
  }
}

type Place = Stream & { machine: number; from: number; acked: number };
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
