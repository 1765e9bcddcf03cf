/**
 * The body of an append, between ingest and store and in the store's write-ahead log.
 * ../README.md draws the bytes.
 */
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import { limits } from '../../protocol/limits.ts';
import { Malformed } from '../../protocol/malformed.ts';
import { type Row, TickDecoder, TickEncoder } from '../../protocol/ticks.ts';
import type { AppendBatch, AppendEntry } from './types.ts';

/** An entry as the store takes it. */
export type Arrival = Omit<AppendEntry, 'ticks'> & { width: number; ticks: Row[] };

const version = 1;
const trustedFlag = 1;
const anchorFlag = 2;
const runBytes = 16;
/** More than any real batch; keeps one body from holding the store for long. */
const mostEntries = 4096;
const mostTicks = 4096;
/** A value that does not change takes one bit, and eight bytes of RAM. */
const mostValues = 2 ** 22;

export function encodeBatch(batch: AppendBatch): Uint8Array {
  const out = new ByteWriter(4096);
  const encoder = new TickEncoder();
  out.byte(version);
  out.varint(batch.length);
  for (const entry of batch) {
    const width = entry.ticks.reduce((widest, tick) => Math.max(widest, tick.values.length), 0);
    out.varint(entry.machine);
    out.bytes(Buffer.from(entry.run, 'hex'));
    out.f64(entry.wallAtZeroMs);
    const { anchorMs } = entry;
    out.byte((entry.trusted ? trustedFlag : 0) | (anchorMs === undefined ? 0 : anchorFlag));
    if (anchorMs !== undefined) out.f64(anchorMs);
    out.varint(width);
    out.varint(entry.ticks.length);
    encoder.reset();
    for (const tick of entry.ticks) encoder.encode(out, tick, width);
  }
  return out.copy();
}

export function decodeBatch(body: Uint8Array): AppendBatch {
  const decoder = new TickDecoder();
  return entriesOf(body, new Runs(), ({ width, count, ...origin }, input) => {
    decoder.reset();
    return { ...origin, ticks: Array.from({ length: count }, () => decoder.decode(input, width)) };
  });
}

/** Reads bodies into memory that the next one uses again, the entries and their ticks too: nobody keeps what it gives. */
export class ArrivalReader {
  readonly #decoder = new TickDecoder();
  readonly #runs = new Runs();
  #slab = new Float64Array(4096);
  /** Those of the last bodies. */
  readonly #entries: Arrival[] = [];
  readonly #rows: Row[] = [];

  read(body: Uint8Array): readonly Arrival[] {
    let used = 0;
    let rows = 0;
    let entries = 0;
    return entriesOf(body, this.#runs, (head, input) => {
      const { count, width } = head;
      const needed = count * width;
      if (used + needed > this.#slab.length) {
        // Earlier entries keep what they have.
        this.#slab = new Float64Array(Math.max(needed, this.#slab.length));
        used = 0;
      }
      const decoder = this.#decoder;
      decoder.reset();
      const entry = this.#entryAt(entries++, head);
      for (let left = count; left > 0; left--) {
        decoder.read(input, width);
        const row = this.#rowAt(rows++, used, width);
        row.values.set(decoder.values);
        row.seq = decoder.seq;
        row.runMs = decoder.runMs;
        used += width;
        entry.ticks.push(row);
      }
      return entry;
    });
  }

  #entryAt(at: number, head: Head): Arrival {
    const { machine, run, wallAtZeroMs, trusted, anchorMs, width } = head;
    const known = this.#entries[at];
    if (known === undefined) {
      const made = { machine, run, wallAtZeroMs, trusted, anchorMs, width, ticks: [] };
      this.#entries[at] = made;
      return made;
    }
    known.machine = machine;
    known.run = run;
    known.wallAtZeroMs = wallAtZeroMs;
    known.trusted = trusted;
    known.anchorMs = anchorMs;
    known.width = width;
    known.ticks.length = 0;
    return known;
  }

  /** Batches are mostly alike, and a view costs more than what is put there. */
  #rowAt(row: number, from: number, width: number): Row {
    const known = this.#rows[row];
    const slab = this.#slab;
    if (
      known?.values.buffer === slab.buffer &&
      known.values.length === width &&
      known.values.byteOffset === from * 8
    )
      return known;
    const made = { seq: 0, runMs: 0, values: slab.subarray(from, from + width) };
    if (row < mostEntries) this.#rows[row] = made;
    return made;
  }
}

/** A machine's run is nearly always that of before: the same text is given again instead of made anew. */
class Runs {
  readonly #known = new Map<number, { bytes: Uint8Array; run: string }>();

  of(machine: number, input: ByteReader): string {
    const known = this.#known.get(machine);
    const start = input.skip(runBytes);
    let same = known !== undefined;
    for (let at = 0; same && at < runBytes; at++) same = known!.bytes[at] === input.peek(start + at);
    if (same) return known!.run;
    const bytes = Uint8Array.from({ length: runBytes }, (_, at) => input.peek(start + at));
    const run = Buffer.from(bytes).toString('hex');
    if (this.#known.size >= mostEntries) this.#known.clear();
    this.#known.set(machine, { bytes, run });
    return run;
  }
}

/** The same of what was decoded otherwise. */
export function arrivalOf({ ticks, ...origin }: AppendEntry): Arrival {
  const width = ticks.reduce((widest, tick) => Math.max(widest, tick.values.length), 0);
  const rows = ticks.map(({ seq, runMs, values }) => ({
    ...{ seq, runMs },
    values: Float64Array.from({ length: width }, (_, index) => values[index] ?? Number.NaN),
  }));
  return { ...origin, width, ticks: rows };
}

type Head = Omit<AppendEntry, 'ticks'> & { width: number; count: number };

function entriesOf<T>(body: Uint8Array, runs: Runs, entryOf: (head: Head, input: ByteReader) => T): T[] {
  const input = new ByteReader(body);
  const found = input.byte();
  if (found !== version) throw new Malformed('OUT_OF_RANGE', 'version', `${found} is not ${version}`);
  const count = bounded(input.varint(), mostEntries, null, 'entries');
  const entries: T[] = [];
  let values = 0;
  for (let index = 0; index < count; index++) {
    const head = headOf(input, index, runs);
    values = bounded(values + head.count * head.width, mostValues, index, 'values');
    entries.push(entryOf(head, input));
  }
  input.end();
  return entries;
}

function headOf(input: ByteReader, index: number, runs: Runs): Head {
  const machine = bounded(input.varint(), 2 ** 32 - 1, index, 'machine');
  const run = runs.of(machine, input);
  const wallAtZeroMs = date(input, index, 'wallAtZeroMs');
  const flags = bounded(input.byte(), trustedFlag | anchorFlag, index, 'flags');
  const anchorMs = (flags & anchorFlag) === 0 ? undefined : date(input, index, 'anchorMs');
  const width = bounded(input.varint(), limits.placesPerMachine, index, 'width');
  const count = bounded(input.varint(), mostTicks, index, 'ticks');
  const trusted = (flags & trustedFlag) !== 0;
  return anchorMs === undefined
    ? { machine, run, wallAtZeroMs, trusted, width, count }
    : { machine, run, wallAtZeroMs, trusted, anchorMs, width, count };
}

function date(input: ByteReader, index: number, path: string): number {
  const found = input.f64();
  if (!(Math.abs(found) <= 2 ** 52))
    throw new Malformed('OUT_OF_RANGE', `[${index}].${path}`, 'this is no date');
  return found;
}

function bounded(value: number, max: number, index: number | null, path: string): number {
  if (value > max)
    throw new Malformed(
      'OUT_OF_RANGE',
      index === null ? path : `[${index}].${path}`,
      `${value} is more than ${max}`,
    );
  return value;
}
