/** What a stranger sends first: bytes that should be frames, in pieces as a network cuts them. */
import { encodeFrame, FrameReader } from '../../../../appliance/protocol/frame.ts';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import type { FuzzedParser } from '../parser.ts';
import { recordedFrames } from './seeds.ts';

export const wireFrames: FuzzedParser = {
  about: 'frames of the wire',
  sources: ['appliance/protocol/frame.ts', 'appliance/protocol/malformed.ts'],
  leftOut: ['encodeFrame'],
  seeds() {
    const frames = recordedFrames().map(({ type, body }) => encodeFrame(type, body));
    return [...frames, new Uint8Array(Buffer.concat(frames.slice(0, 3)))];
  },
  parse(input) {
    const reader = new FrameReader();
    try {
      for (const piece of pieces(input)) reader.push(piece);
    } catch (error) {
      // A broken stream stays broken, whatever comes.
      reader.push(input);
      throw error;
    }
  },
  isRefusal: (error) => error instanceof Malformed,
};

/** Cut where its own bytes say: the same input is always cut alike. */
function pieces(input: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < input.length; ) {
    const size = 1 + (input[at]! % 2 === 0 ? input[at]! * 5 : input[at]! % 7);
    found.push(input.subarray(at, at + size));
    at += size;
  }
  return found;
}
