/** Records of a segment, as they are appended to its file. */
import { ByteWriter } from '../../appliance/protocol/bytes.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import { type Tick, TickEncoder } from '../../appliance/protocol/ticks.ts';
import type { ClockPair } from './clocks.ts';
import { crc32 } from './crc.ts';
import type { Loss } from './losses.ts';
import { kinds, reasons } from './segment.ts';

/** A damaged record takes with it what hangs on it: no more than so many ticks. */
const chainTicks = 64;

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

function widened(tick: Tick, width: number): Tick {
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
