/**
 * The body of an append, between ingest and store and in the store's write-ahead log.
 * ../README.md draws the bytes.
 */
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import { limits } from '../../protocol/limits.ts';
import { Malformed } from '../../protocol/malformed.ts';
import { type Tick, TickDecoder, TickEncoder } from '../../protocol/ticks.ts';
import type { AppendBatch, AppendEntry } from './types.ts';

const version = 1;
const trustedFlag = 1;
const anchorFlag = 2;
/** More than any real batch; keeps one body from holding the store for long. */
const mostEntries = 4096;
const mostTicks = 4096;

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
    for (const tick of entry.ticks) encoder.encode(out, padded(tick, width));
  }
  return out.copy();
}

export function decodeBatch(body: Uint8Array): AppendBatch {
  const input = new ByteReader(body);
  const found = input.byte();
  if (found !== version) throw new Malformed('OUT_OF_RANGE', 'version', `${found} is not ${version}`);
  const count = bounded(input.varint(), mostEntries, 'entries');
  const batch: AppendBatch = [];
  const decoder = new TickDecoder();
  for (let index = 0; index < count; index++) batch.push(decodeEntry(input, decoder, `[${index}]`));
  input.end();
  return batch;
}

function decodeEntry(input: ByteReader, decoder: TickDecoder, path: string): AppendEntry {
  const machine = bounded(input.varint(), 2 ** 32 - 1, `${path}.machine`);
  const run = Buffer.from(input.bytes(16)).toString('hex');
  const wallAtZeroMs = date(input, `${path}.wallAtZeroMs`);
  const flags = bounded(input.byte(), trustedFlag | anchorFlag, `${path}.flags`);
  const anchor = (flags & anchorFlag) === 0 ? {} : { anchorMs: date(input, `${path}.anchorMs`) };
  const width = bounded(input.varint(), limits.seriesPerMachine, `${path}.width`);
  const count = bounded(input.varint(), mostTicks, `${path}.ticks`);
  decoder.reset();
  const ticks: Tick[] = [];
  for (let index = 0; index < count; index++) ticks.push(decoder.decode(input, width));
  return { machine, run, wallAtZeroMs, trusted: (flags & trustedFlag) !== 0, ...anchor, ticks };
}

function date(input: ByteReader, path: string): number {
  const found = input.f64();
  if (!(Math.abs(found) <= 2 ** 52)) throw new Malformed('OUT_OF_RANGE', path, 'this is no date');
  return found;
}

function bounded(value: number, max: number, path: string): number {
  if (value > max) throw new Malformed('OUT_OF_RANGE', path, `${value} is more than ${max}`);
  return value;
}

function padded(tick: Tick, width: number): Tick {
  if (tick.values.length === width) return tick;
  const values = tick.values.slice();
  while (values.length < width) values.push(undefined);
  return { ...tick, values };
}
