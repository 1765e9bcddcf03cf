/** A segment as it was found on disk: what can be read of it, and which ticks cannot. */
import { ByteReader } from '../../appliance/protocol/bytes.ts';
import { Malformed } from '../../appliance/protocol/malformed.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import { type Tick, TickDecoder } from '../../appliance/protocol/ticks.ts';
import type { ClockPair } from './clocks.ts';
import { crc32 } from './crc.ts';
import type { Loss } from './losses.ts';
import { headBytes, kinds, longestRecord, readHead, reasons, recordHead } from './segment.ts';

/** What a record of ticks says of itself; `body` stands at the first tick. */
type TickRecord = {
  fresh: boolean;
  width: number;
  first: number;
  count: number;
  fromMs: number;
  toMs: number;
  body: ByteReader;
};

export type Gap = { first: number; last: number | undefined; fromMs: number; toMs: number | undefined };

/** A segment as it was found. Nothing here throws: what cannot be read is a gap. */
export class SegmentContent {
  /** Undefined when not even the head can be read. */
  readonly run: string | undefined;
  readonly series: Series[] = [];
  readonly clocks: ClockPair[] = [];
  readonly losses: Loss[] = [];
  /** Ticks that can be read, by number. */
  readonly spans: [first: number, last: number][] = [];
  /** Ticks that were here and cannot be read. The last may have no end: what comes behind it tells. */
  readonly gaps: Gap[] = [];
  fromMs = 0;
  toMs = 0;
  readonly #records: TickRecord[] = [];
  #next: number | undefined;
  /** Something before could not be read: only a fresh chain can. */
  #broken = false;

  constructor(bytes: Uint8Array) {
    const head = readHead(bytes);
    this.run = head?.run;
    if (head === undefined) return;
    if (head.seq >= 0) this.#next = head.seq;
    this.toMs = head.runMs;
    let at = headBytes;
    while (at < bytes.length) {
      const length = at + recordHead <= bytes.length ? u32(bytes, at) : 0;
      const body = bytes.subarray(at + recordHead, at + recordHead + length);
      // Behind a length that cannot be right nothing can be found again.
      if (length === 0 || length > longestRecord || body.length < length) {
        this.#broken = true;
        break;
      }
      if (crc32(body) !== u32(bytes, at + 4) || !this.#take(body)) this.#broken = true;
      at += recordHead + length;
    }
    if (this.#broken && this.#next !== undefined)
      this.gaps.push({ first: this.#next, last: undefined, fromMs: this.toMs, toMs: undefined });
  }

  /** Ticks in their order, decoded one by one. What nobody wrote, although its checksum holds, ends its chain. */
  *ticks(): Generator<Tick> {
    const decoder = new TickDecoder();
    let broken = false;
    for (const record of this.#records) {
      if (record.fresh) decoder.reset();
      broken = broken && !record.fresh;
      for (let index = 0; index < record.count && !broken; index++) {
        const tick = decoded(decoder, record);
        if (tick === undefined) broken = true;
        else yield tick;
      }
    }
  }

  /** False for a record that says what nobody wrote, although its checksum holds. */
  #take(body: Uint8Array): boolean {
    const input = new ByteReader(body);
    try {
      const kind = input.byte();
      if (kind === kinds.dictionary) return this.#takeDictionary(input);
      if (kind === kinds.ticks) return this.#takeTicks(input);
      if (kind === kinds.clock) this.#takeClock(input);
      else if (kind === kinds.loss) this.#takeLoss(input);
      return true; // a kind of a later version is passed over
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      return false;
    }
  }

  #takeDictionary(input: ByteReader): boolean {
    if (input.varint() !== this.series.length) return false;
    for (let count = input.varint(); count > 0; count--) {
      const [name, unit] = [word(input), word(input)];
      this.series.push({ name, unit, scale: input.byte(), kind: input.byte() === 1 ? 'counter' : 'gauge' });
    }
    return true;
  }

  #takeTicks(input: ByteReader): boolean {
    const fresh = input.byte() === 1;
    const [width, first, count] = [input.varint(), input.varint(), input.varint()];
    const [fromMs, toMs] = [input.varint(), input.varint()];
    if (count === 0 || !Number.isSafeInteger(first + count)) return false;
    // A dictionary before it was lost, or the beginning of its chain.
    if (width > this.series.length || (this.#broken && !fresh)) return false;
    if (this.#broken) {
      const from = this.#next ?? first;
      if (first > from) this.gaps.push({ first: from, last: first - 1, fromMs: this.toMs, toMs: fromMs });
      this.#broken = false;
    }
    if (this.#records.length === 0) this.fromMs = fromMs;
    this.#records.push({ fresh, width, first, count, fromMs, toMs, body: input });
    this.spans.push([first, first + count - 1]);
    this.#next = first + count;
    this.toMs = toMs;
    return true;
  }

  #takeClock(input: ByteReader): void {
    const [runMs, wallMs, sleptMs] = [input.varint(), input.varint(), input.varint()];
    // They are written all together, each time when there is a new one.
    const last = this.clocks[this.clocks.length - 1];
    if (last !== undefined && runMs <= last.runMs) this.clocks.length = 0;
    this.clocks.push({ runMs, wallMs, sleptMs, synchronised: input.byte() === 1 });
  }

  #takeLoss(input: ByteReader): void {
    const run = Buffer.from(input.bytes(16)).toString('hex');
    const [first, last, fromMs, toMs] = [input.varint(), input.varint(), input.varint(), input.varint()];
    const synchronised = input.byte() === 1;
    this.losses.push({
      run,
      first,
      last,
      fromMs,
      toMs,
      synchronised,
      why: reasons[input.byte()] ?? 'damage',
    });
  }
}

function decoded(decoder: TickDecoder, { width, body }: TickRecord): Tick | undefined {
  try {
    return decoder.decode(body, width);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return undefined;
  }
}

function u32(bytes: Uint8Array, at: number): number {
  return new ByteReader(bytes.subarray(at, at + 4)).u32();
}

function word(input: ByteReader): string {
  return Buffer.from(input.bytes(input.varint())).toString('utf8');
}
