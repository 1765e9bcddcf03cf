/** Whether a tick has a value, bit by bit: gaps come in stretches. */
import { presencePlace, statesOf } from './contexts.ts';
import { RangeDecoder, type RangeEncoder } from './range-coder.ts';
import type { Column } from './scaled.ts';

/** The two ticks before: there or not. */
export const presentBefore = 3;

/** As all that a stream says. */
export function encodePresence(out: RangeEncoder, column: Column): Uint8Array {
  let before = presentBefore;
  for (const value of column) {
    const bit = Number.isNaN(value) ? 0 : 1;
    out.bit(presencePlace + before, bit);
    before = ((before << 1) | bit) & 3;
  }
  return out.finish(statesOf(0));
}

/** Fills the ticks that have a value. */
export function decodePresence(bytes: Uint8Array, column: Column, value: () => number): void {
  const input = new RangeDecoder(bytes, statesOf(0));
  let before = presentBefore;
  for (let at = 0; at < column.length; at++) {
    const bit = input.bit(presencePlace + before);
    before = ((before << 1) | bit) & 3;
    if (bit !== 0) column[at] = value();
  }
}
