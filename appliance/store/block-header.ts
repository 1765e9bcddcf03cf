/** The first fields of a block, the same in every version: whose ticks, how dated, how many, from where to where. */
import type { ByteReader, ByteWriter } from '../protocol/bytes.ts';
import type { Tick } from '../protocol/ticks.ts';

export type BlockOrigin = { machine: number; run: string; wallAtZeroMs: number; trusted: boolean };

export type BlockHeader = BlockOrigin & {
  count: number;
  firstSeq: number;
  lastSeq: number;
  firstRunMs: number;
  lastRunMs: number;
};

const trustedFlag = 1;
/** More than any version writes: a header that asks for more is none. */
const mostTicks = 65_536;

/** What follows the version byte. */
export function writeHeader(out: ByteWriter, origin: BlockOrigin, ticks: readonly Tick[]): void {
  const first = ticks[0]!;
  const last = ticks[ticks.length - 1]!;
  out.byte(origin.trusted ? trustedFlag : 0);
  out.varint(origin.machine);
  out.bytes(Buffer.from(origin.run, 'hex'));
  out.f64(origin.wallAtZeroMs);
  out.varint(ticks.length);
  out.varint(first.seq);
  out.varint(last.seq - first.seq);
  out.varint(first.runMs);
  out.zigzag(last.runMs - first.runMs);
}

export function readHeader(input: ByteReader): BlockHeader {
  const trusted = (input.byte() & trustedFlag) !== 0;
  const machine = input.varint();
  const run = Buffer.from(input.bytes(16)).toString('hex');
  const wallAtZeroMs = input.f64();
  const count = input.varint();
  if (count > mostTicks) throw new RangeError(`a block of ${count} ticks`);
  const firstSeq = input.varint();
  const lastSeq = firstSeq + input.varint();
  const firstRunMs = input.varint();
  const lastRunMs = firstRunMs + input.zigzag();
  return { machine, run, wallAtZeroMs, trusted, count, firstSeq, lastSeq, firstRunMs, lastRunMs };
}
