/**
 * What a group of the write-ahead log holds: for each machine what it sent since the group before, coded against what the
 * same segment already holds of it. A tick costs a quarter of what it costs alone, and is coded once: the bytes are those
 * that wait in RAM. README.md draws them.
 */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import { limits } from '../../protocol/limits.ts';
import { Malformed } from '../../protocol/malformed.ts';
import { type Tick, TickDecoder } from '../../protocol/ticks.ts';
import type { AppendBatch, AppendEntry } from '../client/types.ts';

export const chainsVersion = 3;
/** More than any group holds. */
const mostBytes = 256 * 2 ** 20;
/** Then a chain begins anew, so that a group that cannot be read costs its machines no more than these. */
const longestChain = 60;
const flags = { trusted: 1, anchor: 2, begins: 4 };

type Origin = Omit<AppendEntry, 'ticks'> & { width: number };

/** Where bytes of chains are until a group is made. */
export type Source = { copyTo(out: ByteWriter, from: number, to: number): void };

/** What pieces share: those of which something waits, its bytes, and which segment they are for. */
type Shared = { waiting: Piece[]; bytes: number; segment: number };

/** A stretch of what waits in RAM, coded against nothing before it: in the log it is a chain, of the same bytes. */
export class Piece {
  readonly origin: Origin;
  readonly #source: Source;
  readonly #shared: Shared;
  readonly #segment: number;
  /** What waits is between these places of the source. */
  #from: number;
  #to: number;
  #number = -1;
  /** Ticks that groups hold, and ticks that wait. */
  #logged = 0;
  #count = 0;

  constructor(origin: Origin, shared: Shared, { source, at }: { source: Source; at: number }) {
    this.origin = origin;
    this.#source = source;
    this.#shared = shared;
    this.#segment = shared.segment;
    this.#from = at;
    this.#to = at;
  }

  /** Whether what comes next may lean on it. */
  get goesOn(): boolean {
    return this.#segment === this.#shared.segment && this.#logged < longestChain;
  }

  /** The source has a tick more, which ends there. */
  grow(to: number): void {
    if (this.#count === 0) this.#shared.waiting.push(this);
    this.#shared.bytes += to - this.#to;
    this.#to = to;
    this.#count++;
  }

  /** All of it is in blocks on disk, and its source is gone: what waits is for nobody. */
  end(): void {
    this.#shared.bytes -= this.#to - this.#from;
    this.#from = this.#to;
    this.#count = 0;
  }

  /** What waits, as a part of a group; `next` is the number of a chain that begins. True if it was that. `head`: scratch memory. */
  writeTo(out: ByteWriter, head: ByteWriter, next: number): boolean {
    if (this.#count === 0) return false;
    const begins = this.#logged === 0;
    if (begins) this.#number = next;
    writeHead(head, this.origin, this.#logged, this.#count);
    out.varint(this.#number);
    out.varint(head.length + this.#to - this.#from);
    out.bytes(head.view());
    this.#source.copyTo(out, this.#from, this.#to);
    this.#from = this.#to;
    this.#logged += this.#count;
    this.#count = 0;
    return begins;
  }
}

export class ChainWriter {
  readonly #shared: Shared = { waiting: [], bytes: 0, segment: 0 };
  #next = 0;

  /** About as many bytes as the next group has. */
  get bytes(): number {
    return this.#shared.bytes;
  }

  /** What the source has from there on, without anything that was before. */
  begin(origin: Origin, source: Source, at: number): Piece {
    return new Piece(origin, this.#shared, { source, at });
  }

  /** The body of a group; what comes now is for the next one. With `last` that one is in another segment. */
  take(last: boolean): Uint8Array {
    const shared = this.#shared;
    const out = new ByteWriter(shared.bytes + 1024);
    const head = new ByteWriter(64);
    for (const piece of shared.waiting) if (piece.writeTo(out, head, this.#next)) this.#next++;
    shared.waiting = [];
    shared.bytes = 0;
    if (last) {
      shared.segment++;
      this.#next = 0;
    }
    return Buffer.concat([
      Buffer.of(chainsVersion),
      // As small as deflate at a third of its price.
      zstdCompressSync(out.view()),
    ]);
  }
}

function writeHead(out: ByteWriter, origin: Origin, logged: number, count: number): void {
  out.clear();
  const begins = logged === 0;
  const { anchorMs } = origin;
  out.byte(
    (origin.trusted ? flags.trusted : 0) |
      (anchorMs === undefined ? 0 : flags.anchor) |
      (begins ? flags.begins : 0),
  );
  if (begins) {
    out.varint(origin.machine);
    out.bytes(Buffer.from(origin.run, 'hex'));
    out.f64(origin.wallAtZeroMs);
    if (anchorMs !== undefined) out.f64(anchorMs);
    out.varint(origin.width);
  }
  out.varint(logged);
  out.varint(count);
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
