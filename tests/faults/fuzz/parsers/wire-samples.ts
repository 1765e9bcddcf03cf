/** Samples messages: binary ticks, several on one connection, each relative to those before. */
import assert from 'node:assert/strict';
import { ByteReader, ByteWriter } from '../../../../appliance/protocol/bytes.ts';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import { SamplesDecoder, SamplesEncoder } from '../../../../appliance/protocol/samples.ts';
import type { Tick } from '../../../../appliance/protocol/ticks.ts';
import type { FuzzedParser } from '../parser.ts';
import { sampleTicks } from './seeds.ts';

const width = 9;
const otherRun = 'ab'.repeat(16);

/** An input is a list of messages, each behind its length, so that mutations reach the chain between them. */
export const wireSamples: FuzzedParser = {
  about: 'samples on the wire',
  sources: ['samples', 'ticks', 'bytes'].map((name) => `appliance/protocol/${name}.ts`),
  leftOut: ['clear', 'f64', 'u32', 'byte', 'room'],
  seeds() {
    const ticks = sampleTicks(width, 12);
    const encoder = new SamplesEncoder();
    const mixed = [
      encoder.encode({ ticks: ticks.slice(0, 4) }),
      encoder.encode({ run: otherRun, ticks: ticks.slice(4, 7) }),
      encoder.encode({ ticks: ticks.slice(7) }),
    ];
    return [listed([new SamplesEncoder().encode({ ticks })]), listed(mixed)];
  },
  parse(input) {
    const list = new ByteReader(input);
    const decoder = new SamplesDecoder();
    const encoder = new SamplesEncoder();
    const copy = new SamplesDecoder();
    while (list.remaining > 0) {
      const found = decoder.decode(list.bytes(list.varint()), width);
      for (const tick of found.ticks) assertBounded(tick);
      assert.deepEqual(copy.decode(encoder.encode(found).subarray(5), width), found);
    }
  },
  isRefusal: (error) => error instanceof Malformed,
};

function assertBounded({ seq, runMs, values }: Tick): void {
  assert.ok(Number.isSafeInteger(seq) && seq >= 0 && Number.isSafeInteger(runMs) && runMs >= 0);
  assert.equal(values.length, width);
  for (const value of values) assert.ok(value === undefined || Math.abs(value) < 2 ** 51);
}

function listed(frames: Uint8Array[]): Uint8Array {
  const out = new ByteWriter(1024);
  for (const frame of frames) {
    out.varint(frame.length - 5);
    out.bytes(frame.subarray(5));
  }
  return out.copy();
}
