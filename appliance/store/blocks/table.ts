/** Ticks in the order of their seq, a column for each series: what blocks are cut from. */
import type { Row, Tick } from '../../protocol/ticks.ts';
import type { Column } from '../codec/scaled.ts';

export type Table = {
  seqs: Float64Array;
  runMs: Float64Array;
  /** By the index of the series; NaN where there is no value. */
  columns: readonly Column[];
};

/** More memory than this is not kept for the next table. */
const mostKept = 2 ** 17;

/** Makes one table at a time, in memory that the next one uses again. */
export class TableMaker {
  #slab = new Float64Array(0);
  #seqs = new Float64Array(0);
  #runMs = new Float64Array(0);
  #count = 0;
  #width = 0;
  #next = 0;

  begin(count: number, width: number): void {
    if (this.#slab.length < count * width || this.#slab.length > mostKept)
      this.#slab = new Float64Array(count * width);
    if (this.#seqs.length < count) {
      this.#seqs = new Float64Array(count);
      this.#runMs = new Float64Array(count);
    }
    this.#slab.fill(Number.NaN, 0, count * width);
    this.#count = count;
    this.#width = width;
    this.#next = 0;
  }

  add({ seq, runMs, values }: Tick | Row): void {
    const slab = this.#slab;
    const count = this.#count;
    const at = this.#next++;
    this.#seqs[at] = seq;
    this.#runMs[at] = runMs;
    const width = Math.min(values.length, this.#width);
    for (let index = 0, place = at; index < width; index++, place += count) {
      const value = values[index];
      if (value !== undefined) slab[place] = value;
    }
  }

  end(): Table {
    const count = this.#next;
    const seqs = this.#seqs.subarray(0, count);
    const order = orderOf(seqs);
    const sorted = (column: Float64Array) =>
      order === null ? column : Float64Array.from(order, (at) => column[at]!);
    const columns = Array.from({ length: this.#width }, (_, index) =>
      sorted(this.#slab.subarray(index * this.#count, index * this.#count + count)),
    );
    return { seqs: sorted(seqs), runMs: sorted(this.#runMs.subarray(0, count)), columns };
  }
}

export function tableOf(ticks: readonly Tick[]): Table {
  const maker = new TableMaker();
  maker.begin(
    ticks.length,
    ticks.reduce((widest, { values }) => Math.max(widest, values.length), 0),
  );
  for (const tick of ticks) maker.add(tick);
  return maker.end();
}

export function partOf({ seqs, runMs, columns }: Table, from: number, to: number): Table {
  if (from === 0 && to === seqs.length) return { seqs, runMs, columns };
  const part = (column: Float64Array) => column.subarray(from, to);
  return { seqs: part(seqs), runMs: part(runMs), columns: columns.map(part) };
}

/** Null where they are in order. */
function orderOf(seqs: Float64Array): number[] | null {
  for (let at = 1; at < seqs.length; at++) {
    if (seqs[at]! < seqs[at - 1]!) return [...seqs.keys()].sort((a, b) => seqs[a]! - seqs[b]!);
  }
  return null;
}
