/** What waits in RAM for its block: the ticks of a machine as encoded chains, a chain for each run and dating. */
import { ByteReader, type ByteWriter } from '../../protocol/bytes.ts';
import { type Row, type Tick, TickDecoder, TickEncoder } from '../../protocol/ticks.ts';
import type { BlockOrigin } from '../blocks/block.ts';
import { Pages, pageBytes } from './pages.ts';

/** A dating that moves less than this does not begin a new chain: clocks drift, and blocks are short. */
const datingToleranceMs = 1000;
/** Old ticks that are sent between new ones alternate between two runs; more chains are not looked at. */
const chainsLookedAt = 4;

export type Arrival = Omit<BlockOrigin, 'machine'>;

export class Chain {
  readonly run: string;
  #wallAtZeroMs: number;
  #anchorMs: number | undefined;
  #trusted: boolean;
  readonly width: number;
  /** The oldest write-ahead segment that may hold these ticks. */
  readonly segment: number;
  count = 0;
  firstRunMs = Number.POSITIVE_INFINITY;
  lastRunMs = Number.NEGATIVE_INFINITY;
  readonly #pages: Pages;
  /** Null once they are given back. */
  #taken: number[] | null = [];
  #length = 0;
  readonly #encoder = new TickEncoder();

  constructor(arrival: Arrival, width: number, segment: number, pages = new Pages()) {
    this.#pages = pages;
    this.run = arrival.run;
    this.#wallAtZeroMs = arrival.wallAtZeroMs;
    this.#trusted = arrival.trusted;
    this.#anchorMs = arrival.anchorMs;
    this.width = width;
    this.segment = segment;
  }

  get wallAtZeroMs(): number {
    return this.#wallAtZeroMs;
  }

  get trusted(): boolean {
    return this.#trusted;
  }

  get anchorMs(): number | undefined {
    return this.#anchorMs;
  }

  /** When its ticks were measured is known now. */
  redate(wallAtZeroMs: number): void {
    this.#wallAtZeroMs = wallAtZeroMs;
    this.#trusted = true;
    this.#anchorMs = undefined;
  }

  get byteLength(): number {
    return (this.#taken?.length ?? 0) * pageBytes;
  }

  fits(arrival: Arrival, width: number): boolean {
    return (
      this.run === arrival.run &&
      this.trusted === arrival.trusted &&
      this.anchorMs === arrival.anchorMs &&
      width <= this.width &&
      Math.abs(this.wallAtZeroMs - arrival.wallAtZeroMs) <= datingToleranceMs
    );
  }

  /** The scratch memory may be shared by all chains: each tick is copied into its page at once. */
  append(tick: Tick | Row, scratch: ByteWriter): void {
    scratch.clear();
    this.#encoder.encode(scratch, tick, this.width);
    this.#keep(scratch);
    this.count++;
    this.firstRunMs = Math.min(this.firstRunMs, tick.runMs);
    this.lastRunMs = Math.max(this.lastRunMs, tick.runMs);
  }

  #keep(bytes: ByteWriter): void {
    const taken = this.#held();
    for (let from = 0; from < bytes.length; ) {
      const at = this.#length % pageBytes;
      if (at === 0) taken.push(this.#pages.take());
      const to = Math.min(bytes.length, from + pageBytes - at);
      this.#pages.write(taken[taken.length - 1]!, at, bytes, from, to);
      this.#length += to - from;
      from = to;
    }
  }

  /** Nobody reads it any more. */
  release(): void {
    for (const page of this.#held()) this.#pages.give(page);
    this.#taken = null;
  }

  #held(): number[] {
    if (this.#taken === null) throw new Error('a chain is read after its bytes were given back');
    return this.#taken;
  }

  #input(): ByteReader {
    const bytes = new Uint8Array(this.#length);
    for (const [at, page] of this.#held().entries()) {
      const start = at * pageBytes;
      bytes.set(this.#pages.read(page, Math.min(pageBytes, this.#length - start)), start);
    }
    return new ByteReader(bytes);
  }

  /** In the order of their arrival: the date of each tick, and the columns of some series, NaN for absent values. */
  columns(wanted: readonly number[]): { times: Float64Array; columns: Float64Array[] } {
    const decoder = new TickDecoder();
    const times = new Float64Array(this.count);
    const columns = wanted.map(() => new Float64Array(this.count).fill(Number.NaN));
    const input = this.#input();
    for (let at = 0; at < this.count; at++) {
      decoder.read(input, this.width);
      times[at] = this.wallAtZeroMs + decoder.runMs;
      for (let index = 0; index < wanted.length; index++) {
        const value = decoder.value(wanted[index]!);
        if (value !== undefined) columns[index]![at] = value;
      }
    }
    return { times, columns };
  }

  /** All of it in the order of arrival; what is given is changed by the next. */
  feed(sink: { add(row: Row): void }): void {
    const decoder = new TickDecoder();
    const input = this.#input();
    for (let left = this.count; left > 0; left--) {
      decoder.read(input, this.width);
      sink.add(decoder);
    }
  }

  /** In the order of their arrival. */
  *ticks(): Generator<Tick> {
    const decoder = new TickDecoder();
    const input = this.#input();
    for (let left = this.count; left > 0; left--) yield decoder.decode(input, this.width);
  }
}

/** One machine's chains: those that still grow, and those that are being written as blocks. */
export class Head {
  readonly #scratch: ByteWriter;
  readonly #pages: Pages;
  #open: Chain[] = [];
  #sealing: Chain[] = [];

  constructor(scratch: ByteWriter, pages = new Pages()) {
    this.#scratch = scratch;
    this.#pages = pages;
  }

  /** Readers see a chain until its blocks are on disk. */
  get chains(): readonly Chain[] {
    return [...this.#sealing, ...this.#open];
  }

  /** Those that no seal has taken yet: their dating may still change. */
  get open(): readonly Chain[] {
    return this.#open;
  }

  get count(): number {
    return this.chains.reduce((sum, chain) => sum + chain.count, 0);
  }

  get byteLength(): number {
    return this.chains.reduce((sum, chain) => sum + chain.byteLength, 0);
  }

  get openCount(): number {
    return this.#open.reduce((sum, chain) => sum + chain.count, 0);
  }

  /** The oldest write-ahead segment that is still needed, or infinity. */
  get oldestSegment(): number {
    return this.chains.reduce((oldest, chain) => Math.min(oldest, chain.segment), Number.POSITIVE_INFINITY);
  }

  /** Returns its date. */
  append(arrival: Arrival, tick: Tick | Row, segment: number): number {
    const width = tick.values.length;
    let chain = this.#open.at(-1);
    if (chain?.fits(arrival, width) !== true)
      chain = this.#open.slice(-chainsLookedAt).findLast((candidate) => candidate.fits(arrival, width));
    if (chain === undefined) {
      chain = new Chain(arrival, width, segment, this.#pages);
      this.#open.push(chain);
    }
    chain.append(tick, this.#scratch);
    return chain.wallAtZeroMs + tick.runMs;
  }

  /** Closes the growing chains and hands them over; the next tick begins a new one. */
  beginSeal(): readonly Chain[] {
    if (this.#sealing.length > 0) throw new Error('a head is sealed once at a time');
    this.#sealing = this.#open;
    this.#open = [];
    return this.#sealing;
  }

  /** Their blocks are on disk. */
  endSeal(): void {
    for (const chain of this.#sealing) chain.release();
    this.#sealing = [];
  }
}
