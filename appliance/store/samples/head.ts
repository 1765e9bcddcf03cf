/** What waits in RAM for its block: the ticks of a machine as encoded chains, a chain for each run and dating. */
import { ByteReader, type ByteWriter } from '../../protocol/bytes.ts';
import { type Row, type Tick, TickDecoder, TickEncoder } from '../../protocol/ticks.ts';
import type { BlockOrigin } from '../blocks/block.ts';
import type { ChainWriter, Piece } from '../log/chains.ts';
import { Pages, pageBytes } from './pages.ts';

/** A dating that moves less than this does not begin a new chain: clocks drift, and blocks are short. */
const datingToleranceMs = 1000;
/** Old ticks that are sent between new ones alternate between two runs; more chains are not looked at. */
const chainsLookedAt = 4;

export class Chain {
  readonly #machine: number;
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
  /** Ticks that are coded against nothing, because the log began another chain with them; the first is one anyway. */
  readonly #anew: number[] = [];
  #piece: Piece | null = null;

  constructor(arrival: BlockOrigin, width: number, segment: number, pages = new Pages()) {
    this.#pages = pages;
    this.#machine = arrival.machine;
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
    // What the log has of it has the dating of before.
    this.#piece = null;
  }

  get byteLength(): number {
    return (this.#taken?.length ?? 0) * pageBytes;
  }

  fits(arrival: BlockOrigin, width: number): boolean {
    return (
      this.run === arrival.run &&
      this.trusted === arrival.trusted &&
      this.anchorMs === arrival.anchorMs &&
      width <= this.width &&
      Math.abs(this.wallAtZeroMs - arrival.wallAtZeroMs) <= datingToleranceMs
    );
  }

  /**
   * The scratch memory may be shared by all chains: each tick is copied into its page at once. The log, if there is one, takes
   * the same bytes from there.
   */
  append(tick: Tick | Row, scratch: ByteWriter, log: ChainWriter | null = null): void {
    if (log !== null && this.#piece?.goesOn !== true) this.#begin(log);
    scratch.clear();
    this.#encoder.encode(scratch, tick, this.width);
    this.#keep(scratch);
    if (log !== null) this.#piece!.grow(this.#length);
    this.count++;
    this.firstRunMs = Math.min(this.firstRunMs, tick.runMs);
    this.lastRunMs = Math.max(this.lastRunMs, tick.runMs);
  }

  #begin(log: ChainWriter): void {
    if (this.count > 0) {
      this.#encoder.reset();
      this.#anew.push(this.count);
    }
    const { run, wallAtZeroMs, trusted, anchorMs, width } = this;
    const origin = { machine: this.#machine, run, wallAtZeroMs, trusted, anchorMs, width };
    this.#piece = log.begin(origin, this, this.#length);
  }

  /** Some of its bytes, for the log. */
  copyTo(out: ByteWriter, from: number, to: number): void {
    const taken = this.#held();
    for (let at = from; at < to; ) {
      const start = at % pageBytes;
      const end = Math.min(pageBytes, start + to - at);
      out.bytes(this.#pages.read(taken[Math.floor(at / pageBytes)]!, end).subarray(start));
      at += end - start;
    }
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

  /** Nobody reads it any more: it is in blocks. */
  release(): void {
    this.#piece?.end();
    for (const page of this.#held()) this.#pages.give(page);
    this.#taken = null;
  }

  #held(): number[] {
    if (this.#taken === null) throw new Error('a chain is read after its bytes were given back');
    return this.#taken;
  }

  /** In the order of arrival: what reads the next tick, and from where. */
  *#turns(): Generator<{ decoder: TickDecoder; input: ByteReader }> {
    const turn = { decoder: new TickDecoder(), input: this.#input() };
    const { count } = this;
    let next = 0;
    for (let at = 0; at < count; at++) {
      if (this.#anew[next] === at) {
        turn.decoder.reset();
        next++;
      }
      yield turn;
    }
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
    const times = new Float64Array(this.count);
    const columns = wanted.map(() => new Float64Array(this.count).fill(Number.NaN));
    let at = 0;
    for (const { decoder, input } of this.#turns()) {
      decoder.read(input, this.width);
      times[at] = this.wallAtZeroMs + decoder.runMs;
      for (let index = 0; index < wanted.length; index++) {
        const value = decoder.value(wanted[index]!);
        if (value !== undefined) columns[index]![at] = value;
      }
      at++;
    }
    return { times, columns };
  }

  /** All of it in the order of arrival; what is given is changed by the next. */
  feed(sink: { add(row: Row): void }): void {
    for (const { decoder, input } of this.#turns()) {
      decoder.read(input, this.width);
      sink.add(decoder);
    }
  }

  /** In the order of their arrival. */
  *ticks(): Generator<Tick> {
    for (const { decoder, input } of this.#turns()) yield decoder.decode(input, this.width);
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

  /** Returns its date. `segment`: the oldest of the log in which it may stand; the log takes it from here if it is given. */
  append(
    arrival: BlockOrigin,
    tick: Tick | Row,
    { segment, log = null }: { segment: number; log?: ChainWriter | null },
  ): number {
    const width = tick.values.length;
    let chain = this.#open.at(-1);
    if (chain?.fits(arrival, width) !== true)
      chain = this.#open.slice(-chainsLookedAt).findLast((candidate) => candidate.fits(arrival, width));
    if (chain === undefined) {
      chain = new Chain(arrival, width, segment, this.#pages);
      this.#open.push(chain);
    }
    chain.append(tick, this.#scratch, log);
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
