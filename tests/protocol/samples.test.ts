import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameReader } from '../../appliance/protocol/frame.ts';
import { limits } from '../../appliance/protocol/limits.ts';
import { SamplesDecoder, SamplesEncoder } from '../../appliance/protocol/samples.ts';

const earlier = 'aa'.repeat(16);
const tick = (seq: number, ...values: (number | undefined)[]) => ({ seq, runMs: seq * 5_000, values });

function bodyOf(frame: Uint8Array): Uint8Array {
  return new FrameReader().push(frame)[0]!.body;
}

test('a conversation of live ticks, replayed ones of an earlier run, and live ones again comes back whole', () => {
  const encoder = new SamplesEncoder();
  const decoder = new SamplesDecoder();
  const sent = [
    { ticks: [tick(100, 1, 2), tick(101, 1, 3)] },
    { ticks: [tick(102, 2, undefined)] },
    { run: earlier, ticks: [tick(5, 9, 9)] },
    { run: earlier, ticks: [tick(6, 9, 8)] },
    { ticks: [tick(103, 2, 4, 7)] },
  ];
  for (const samples of sent) {
    const width = samples.ticks[0]!.values.length;
    assert.deepEqual(decoder.decode(bodyOf(encoder.encode(samples)), width), samples);
  }
});

test('a chain that never started is refused', () => {
  const encoder = new SamplesEncoder();
  encoder.encode({ ticks: [tick(0, 1)] });
  const second = bodyOf(encoder.encode({ ticks: [tick(1, 2)] }));
  assert.throws(() => new SamplesDecoder().decode(second, 1), { code: 'BROKEN_CHAIN' });
});

test('a chain may not go on in another run', () => {
  const decoder = new SamplesDecoder();
  decoder.decode(bodyOf(new SamplesEncoder().encode({ ticks: [tick(0, 1)] })), 1);
  const encoder = new SamplesEncoder();
  encoder.encode({ run: earlier, ticks: [tick(0, 1)] });
  const continued = bodyOf(encoder.encode({ run: earlier, ticks: [tick(1, 1)] }));
  assert.throws(() => decoder.decode(continued, 1), { code: 'BROKEN_CHAIN' });
});

test('too many ticks, none, unknown flags and trailing bytes are refused', () => {
  const many = { ticks: Array.from({ length: limits.ticksPerMessage + 1 }, (_, seq) => tick(seq, 1)) };
  assert.throws(() => new SamplesDecoder().decode(bodyOf(new SamplesEncoder().encode(many)), 1), {
    path: 'count',
  });
  assert.throws(() => new SamplesDecoder().decode(Uint8Array.of(1, 0), 1), { path: 'count' });
  assert.throws(() => new SamplesDecoder().decode(Uint8Array.of(4, 1), 1), { path: 'flags' });
  const good = bodyOf(new SamplesEncoder().encode({ ticks: [tick(0, 1)] }));
  assert.throws(() => new SamplesDecoder().decode(Buffer.concat([good, Buffer.of(0)]), 1), {
    code: 'TRAILING_BYTES',
  });
});
