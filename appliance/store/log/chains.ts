/**
 * What a group of the write-ahead log holds: for each machine what it sent since the group before, coded against what the
 * same segment already holds of it. A tick costs a quarter of what it costs alone. README.md draws the bytes.
 */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import { limits } from '../../protocol/limits.ts';
import { Malformed } from '../../protocol/malformed.ts';
import { type Row, type Tick, TickDecoder, TickEncoder } from '../../protocol/ticks.ts';
import type { AppendBatch, AppendEntry } from '../client/types.ts';

export const chainsVersion = 3;
/** More than any group holds. */
const mostBytes = 256 * 2 ** 20;
/** Then a chain begins anew, so that a group that cannot be read costs its machines no more than these. */
const longestChain = 60;
const flags = { trusted: 1, anchor: 2, begins: 4 };

/** Ticks of a run, in either form. */
export type Logged = Omit<AppendEntry, 'ticks'> & { ticks: readonly (Tick | Row)[] };

type Origin = Omit<AppendEntry, 'ticks'> & { width: number };
type Growing = Origin & {
  number: number;
  encoder: TickEncoder;
  /** Ticks that earlier groups of the segment hold. */
  logged: number;
  /** Ticks that wait, and their bytes. */
  count: number;
  pending: ByteWriter;
};

export class ChainWriter {
  readonly #chains = new Map<number, Growing>();
  /** What waits of chains that were followed by others of the same machine. */
  #ended: Growing[] = [];
  #next = 0;
  #bytes = 0;

  /** About as many bytes as the next group has. */
  get bytes(): number {
    return this.#bytes;
  }

  append(entry: Logged): void {
    if (entry.ticks.length === 0) return;
    const chain = this.#chainFor(entry);
    const before = chain.pending.length;
    for (const tick of entry.ticks) chain.encoder.encode(chain.pending, tick, chain.width);
    chain.count += entry.ticks.length;
    this.#bytes += chain.pending.length - before;
  }

  /** The body of a group; what comes now is for the next one. With `last` that one is in another segment. */
  take(last: boolean): Uint8Array {
    const out = new ByteWriter(this.#bytes + 1024);
    const entry = new ByteWriter(64);
    for (const chain of [...this.#ended, ...this.#chains.values()]) {
      if (chain.count === 0) continue;
      entry.clear();
      writeEntryHead(entry, chain);
      out.varint(chain.number);
      out.varint(entry.length + chain.pending.length);
      out.bytes(entry.view());
      out.bytes(chain.pending.view());
      chain.logged += chain.count;
      chain.count = 0;
      chain.pending.clear();
    }
    this.#ended = [];
    this.#bytes = 0;
    if (last) {
      this.#chains.clear();
      this.#next = 0;
    }
    return Buffer.concat([
      Buffer.of(chainsVersion),
      // As small as deflate at a third of its price.
      zstdCompressSync(out.view()),
    ]);
  }

  #chainFor(entry: Logged): Growing {
    const width = entry.ticks.reduce((widest, tick) => Math.max(widest, tick.values.length), 0);
    const found = this.#chains.get(entry.machine);
    if (found !== undefined && continues(found, entry, width)) return found;
    if (found !== undefined && found.count > 0) this.#ended.push(found);
    const { machine, run, wallAtZeroMs, trusted, anchorMs } = entry;
    const begun: Growing = {
      ...{ machine, run, wallAtZeroMs, trusted, width, number: this.#next++ },
      ...(anchorMs === undefined ? {} : { anchorMs }),
      ...{ encoder: new TickEncoder(), logged: 0, count: 0, pending: new ByteWriter(256) },
    };
    this.#chains.set(machine, begun);
    return begun;
  }
}

function continues(chain: Growing, entry: Logged, width: number): boolean {
  return (
    chain.run === entry.run &&
    chain.wallAtZeroMs === entry.wallAtZeroMs &&
    chain.trusted === entry.trusted &&
    chain.anchorMs === entry.anchorMs &&
    chain.logged < longestChain &&
    width <= chain.width
  );
}

function writeEntryHead(out: ByteWriter, chain: Growing): void {
  const begins = chain.logged === 0;
  const { anchorMs } = chain;
  out.byte(
    (chain.trusted ? flags.trusted : 0) |
      (anchorMs === undefined ? 0 : flags.anchor) |
      (begins ? flags.begins : 0),
  );
  if (begins) {
    out.varint(chain.machine);
    out.bytes(Buffer.from(chain.run, 'hex'));
    out.f64(chain.wallAtZeroMs);
    if (anchorMs !== undefined) out.f64(anchorMs);
    out.varint(chain.width);
  }
  out.varint(chain.logged);
  out.varint(chain.count);
}

type Known = Origin & { decoder: TickDecoder; count: number };

/** Reads the bodies of one segment, in order. */
export class ChainReader {
  readonly #chains = new Map<number, Known>();

  /** What follows something that was lost cannot be read: `lostBytes`. */
  read(body: Uint8Array): { batch: AppendBatch; lostBytes: number } {
    if (body[0] !== chainsVersion) throw new Malformed('OUT_OF_RANGE', 'version', 'these are no chains');
    const input = new ByteReader(zstdDecompressSync(body.subarray(1), { maxOutputLength: mostBytes }));
    const batch: AppendBatch = [];
    let lostBytes = 0;
    while (input.remaining > 0) {
      const number = input.varint();
      const bytes = input.bytes(input.varint());
      const entry = this.#entry(number, new ByteReader(bytes));
      if (entry === null) lostBytes += bytes.length;
      else batch.push(entry);
    }
    return { batch, lostBytes };
  }

  #entry(number: number, input: ByteReader): AppendEntry | null {
    const form = input.byte();
    if ((form & flags.begins) !== 0) this.#chains.set(number, begun(input, form));
    const chain = this.#chains.get(number);
    const logged = input.varint();
    if (chain === undefined || chain.count !== logged) {
      this.#chains.delete(number);
      return null;
    }
    const { decoder, count: _before, width, ...origin } = chain;
    const ticks: Tick[] = [];
    for (let left = input.varint(); left > 0; left--) ticks.push(decoder.decode(input, width));
    input.end();
    chain.count += ticks.length;
    return { ...origin, ticks };
  }
}

function begun(input: ByteReader, form: number): Known {
  const machine = input.varint();
  const run = Buffer.from(input.bytes(16)).toString('hex');
  const wallAtZeroMs = input.f64();
  const anchor = (form & flags.anchor) === 0 ? {} : { anchorMs: input.f64() };
  const width = input.varint();
  if (width > limits.placesPerMachine) throw new Malformed('OUT_OF_RANGE', 'width', `${width} series`);
  const trusted = (form & flags.trusted) !== 0;
  return { machine, run, wallAtZeroMs, trusted, ...anchor, width, decoder: new TickDecoder(), count: 0 };
}
