/**
 * A segment of the outbox, byte by byte as README.md of the agent draws it: a head that names the run, then records with
 * a checksum each. It stands for itself: dictionary, chain and clocks begin in it anew.
 */
import { ByteReader, ByteWriter } from '../../appliance/protocol/bytes.ts';
import { Malformed } from '../../appliance/protocol/malformed.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import { type Tick, TickDecoder, TickEncoder } from '../../appliance/protocol/ticks.ts';
import type { ClockPair } from './clocks.ts';
import { crc32 } from './crc.ts';
import type { Loss } from './losses.ts';

const magic = Buffer.from('NMO1', 'latin1');
export const headBytes = 40;
const recordHead = 8;
const longestRecord = 4 * 1024 * 1024;
/** A damaged record takes with it what hangs on it: no more than so many ticks. */
const chainTicks = 64;

const kinds = { dictionary: 1, ticks: 2, clock: 3, loss: 4 } as const;
const reasons = ['full', 'disk', 'damage'] as const;

/** `first` is the tick with which the segment begins, or undefined when it begins with none. */
export function encodeHead(run: string, first?: { seq: number; runMs: number }): Uint8Array {
  const out = new ByteWriter(headBytes);
  out.bytes(magic);
  out.bytes(Buffer.from(run, 'hex'));
  out.f64(first?.seq ?? -1);
  out.f64(first?.runMs ?? 0);
  out.u32(crc32(out.view()));
  return out.copy();
}

type Head = { run: string; seq: number; runMs: number };

/** Undefined when this is no whole head. */
export function readHead(bytes: Uint8Array): Head | undefined {
  if (bytes.length < headBytes) return undefined;
  const said = new ByteReader(bytes.subarray(headBytes - 4, headBytes)).u32();
  if (said !== crc32(bytes.subarray(0, headBytes - 4))) return undefined;
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, magic.length).equals(magic)) return undefined;
  const input = new ByteReader(bytes.subarray(magic.length, headBytes - 4));
  return { run: Buffer.from(input.bytes(16)).toString('hex'), seq: input.f64(), runMs: input.f64() };
}

/** Writes one segment's records; what it gave out must follow in the file in that order. */
export class SegmentEncoder {
  readonly #chain = new TickEncoder();
  readonly #body = new ByteWriter(4096);
  #series = 0;
  /** Ticks since the chain began; the first begins one. */
  #chained = chainTicks;

  /** Records of everything that is new. Ticks whose numbers do not follow each other begin a record. */
  encode(o: {
    ticks: readonly Tick[];
    series: readonly Series[];
    clocks: readonly ClockPair[];
    losses: readonly Loss[];
  }): Uint8Array {
    const out = new ByteWriter(4096);
    for (const pair of o.clocks) this.#record(out, kinds.clock, () => this.#clock(pair));
    for (const loss of o.losses) this.#record(out, kinds.loss, () => this.#loss(loss));
    if (o.series.length > this.#series) {
      this.#record(out, kinds.dictionary, () => this.#dictionary(o.series));
    }
    for (let at = 0; at < o.ticks.length; ) {
      const piece = follows(o.ticks, at, chainTicks);
      this.#record(out, kinds.ticks, () => this.#ticks(piece));
      at += piece.length;
    }
    return out.copy();
  }

  #record(out: ByteWriter, kind: number, write: () => void): void {
    const body = this.#body;
    body.clear();
    body.byte(kind);
    write();
    out.u32(body.length);
    out.u32(crc32(body.view()));
    out.bytes(body.view());
  }

  #dictionary(series: readonly Series[]): void {
    const out = this.#body;
    out.varint(this.#series);
    out.varint(series.length - this.#series);
    for (const one of series.slice(this.#series)) {
      text(out, one.name);
      text(out, one.unit);
      out.byte(one.scale);
      out.byte(one.kind === 'counter' ? 1 : 0);
    }
    this.#series = series.length;
  }

  #ticks(ticks: readonly Tick[]): void {
    const out = this.#body;
    const fresh = this.#chained + ticks.length > chainTicks;
    if (fresh) {
      this.#chain.reset();
      this.#chained = 0;
    }
    this.#chained += ticks.length;
    out.byte(fresh ? 1 : 0);
    out.varint(this.#series);
    out.varint(ticks[0]!.seq);
    out.varint(ticks.length);
    out.varint(ticks[0]!.runMs);
    out.varint(ticks[ticks.length - 1]!.runMs);
    for (const tick of ticks) this.#chain.encode(out, widened(tick, this.#series));
  }

  #clock({ runMs, wallMs, sleptMs, synchronised }: ClockPair): void {
    const out = this.#body;
    out.varint(runMs);
    out.varint(wallMs);
    out.varint(sleptMs);
    out.byte(synchronised ? 1 : 0);
  }

  #loss(loss: Loss): void {
    const out = this.#body;
    out.bytes(Buffer.from(loss.run, 'hex'));
    out.varint(loss.first);
    out.varint(loss.last);
    out.varint(loss.fromMs);
    out.varint(loss.toMs);
    out.byte(loss.synchronised ? 1 : 0);
    out.byte(reasons.indexOf(loss.why));
  }
}

export function widened(tick: Tick, width: number): Tick {
  if (tick.values.length === width) return tick;
  return { ...tick, values: Array.from({ length: width }, (_, index) => tick.values[index]) };
}

function follows(ticks: readonly Tick[], from: number, most: number): readonly Tick[] {
  let to = from + 1;
  while (to < ticks.length && to - from < most && ticks[to]!.seq === ticks[to - 1]!.seq + 1) to += 1;
  return ticks.slice(from, to);
}

function text(out: ByteWriter, value: string): void {
  const bytes = Buffer.from(value, 'utf8');
  out.varint(bytes.length);
  out.bytes(bytes);
}

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

  /** Ticks in their order, decoded one by one. */
  *ticks(): Generator<Tick> {
    const decoder = new TickDecoder();
    for (const { fresh, width, count, body } of this.#records) {
      if (fresh) decoder.reset();
      for (let index = 0; index < count; index++) yield decoder.decode(body, width);
    }
  }

  /** False for a record that says what nobody wrote, although its checksum holds. */
  #take(body: Uint8Array): boolean {
    const input = new ByteReader(body);
    try {
      const kind = input.byte();
      if (kind === kinds.dictionary) return this.#takeDictionary(input);
      if (kind === kinds.ticks) this.#takeTicks(input);
      else if (kind === kinds.clock) this.#takeClock(input);
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

  #takeTicks(input: ByteReader): void {
    const fresh = input.byte() === 1;
    const [width, first, count] = [input.varint(), input.varint(), input.varint()];
    const [fromMs, toMs] = [input.varint(), input.varint()];
    // A dictionary before it was lost, or the beginning of its chain.
    if (width > this.series.length || (this.#broken && !fresh)) {
      this.#broken = true;
      return;
    }
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

function u32(bytes: Uint8Array, at: number): number {
  return new ByteReader(bytes.subarray(at, at + 4)).u32();
}

function word(input: ByteReader): string {
  return Buffer.from(input.bytes(input.varint())).toString('utf8');
}
