/** The first fields of a block, the same in every version: whose ticks, how dated, how many, from where to where. */
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import type { Table } from './table.ts';

export type BlockOrigin = {
  machine: number;
  run: string;
  wallAtZeroMs: number;
  trusted: boolean;
  /** Of a dating that is not trusted: what the box's clock was taken to be, so that it can be corrected. */
  anchorMs?: number | undefined;
};

export type BlockHeader = BlockOrigin & {
  count: number;
  firstSeq: number;
  lastSeq: number;
  firstRunMs: number;
  lastRunMs: number;
};

const trustedFlag = 1;
const anchorFlag = 2;
/** As many as any version has written: a header that asks for more is none. */
const mostTicks = 1440;

/** What follows the version byte. */
export function writeHeader(out: ByteWriter, origin: BlockOrigin, { seqs, runMs }: Table): void {
  writeOrigin(out, origin);
  out.varint(seqs.length);
  out.varint(seqs[0]!);
  out.varint(seqs.at(-1)! - seqs[0]!);
  out.varint(runMs[0]!);
  out.zigzag(runMs.at(-1)! - runMs[0]!);
}

function writeOrigin(out: ByteWriter, { machine, run, wallAtZeroMs, trusted, anchorMs }: BlockOrigin): void {
  out.byte((trusted ? trustedFlag : 0) | (anchorMs === undefined ? 0 : anchorFlag));
  out.varint(machine);
  out.bytes(Buffer.from(run, 'hex'));
  out.f64(wallAtZeroMs);
  if (anchorMs !== undefined) out.f64(anchorMs);
}

function readOrigin(input: ByteReader): BlockOrigin {
  const flags = input.byte();
  const machine = input.varint();
  const run = Buffer.from(input.bytes(16)).toString('hex');
  const wallAtZeroMs = input.f64();
  const anchor = (flags & anchorFlag) === 0 ? {} : { anchorMs: input.f64() };
  return { machine, run, wallAtZeroMs, trusted: (flags & trustedFlag) !== 0, ...anchor };
}

/** The same header and body behind another dating: from and to the bytes behind the version. */
export function withDating(body: Uint8Array, wallAtZeroMs: number): Uint8Array {
  const input = new ByteReader(body);
  const { machine, run } = readOrigin(input);
  const out = new ByteWriter(body.length);
  writeOrigin(out, { machine, run, wallAtZeroMs, trusted: true });
  out.bytes(input.bytes(input.remaining));
  return out.view();
}

export function readHeader(input: ByteReader): BlockHeader {
  const origin = readOrigin(input);
  const count = input.varint();
  if (count > mostTicks) throw new RangeError(`a block of ${count} ticks`);
  const firstSeq = input.varint();
  const lastSeq = firstSeq + input.varint();
  const firstRunMs = input.varint();
  const lastRunMs = firstRunMs + input.zigzag();
  return { ...origin, count, firstSeq, lastSeq, firstRunMs, lastRunMs };
}
