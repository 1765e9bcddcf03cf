import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, FrameReader } from '../../appliance/protocol/frame.ts';
import { limits } from '../../appliance/protocol/limits.ts';

test('frames come out whole however the stream is cut', () => {
  const frame = fc.record(
    { type: fc.integer({ min: 0, max: 255 }), body: fc.uint8Array({ maxLength: 300 }) },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (frames, cuts) => {
        const stream = Buffer.concat(frames.map(({ type, body }) => encodeFrame(type, body)));
        const reader = new FrameReader();
        const found: { type: number; body: Uint8Array }[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const next = at + cuts[turn % cuts.length]!;
          for (const { type, body } of reader.push(stream.subarray(at, next)))
            found.push({ type, body: new Uint8Array(body) });
          at = next;
        }
        assert.deepEqual(found, frames);
        assert.equal(reader.pendingBytes, 0);
      },
    ),
  );
});

test('a frame that announces too much is refused before it is buffered, and the stream stays refused', () => {
  const reader = new FrameReader();
  const header = Buffer.alloc(5);
  header.writeUInt32BE(limits.frameBytes + 1);
  assert.throws(() => reader.push(header), { code: 'FRAME_TOO_LARGE' });
  assert.equal(reader.pendingBytes, 0);
  assert.throws(() => reader.push(encodeFrame(15, Buffer.from('{}'))), { code: 'FRAME_TOO_LARGE' });
});

test('a frame without a type byte is refused', () => {
  assert.throws(() => new FrameReader().push(Buffer.alloc(4)), { code: 'FRAME_TOO_LARGE' });
});

test('the largest frame passes and one byte more cannot be made', () => {
  const body = new Uint8Array(limits.frameBytes - 1);
  assert.equal(new FrameReader().push(encodeFrame(4, body))[0]?.body.length, body.length);
  assert.throws(() => encodeFrame(4, new Uint8Array(limits.frameBytes)), RangeError);
});

test('a large frame that comes byte by byte is copied once, not once for each byte', () => {
  const body = new Uint8Array(200_000).map((_, index) => index % 251);
  const stream = encodeFrame(4, body);
  const reader = new FrameReader();
  const frames = Array.from(stream, (_, at) => reader.push(stream.subarray(at, at + 1))).flat();
  assert.deepEqual(frames, [{ type: 4, body }]);
});
