/** Parsers with a fault each, for the test of the fuzzing itself. */
import type { FuzzedParser } from './parser.ts';

const planted = {
  about: 'a planted fault',
  sources: ['tests/faults/fuzz/planted.ts'],
  leftOut: [],
  seeds: () => [new Uint8Array(Buffer.from('{"length":4,"text":"abcd"}'))],
  isRefusal: (error: unknown) => error instanceof SyntaxError,
  textFrom: 0,
} as const;

const held: Uint8Array[] = [];

export const parsers = {
  sound: {
    ...planted,
    parse(input) {
      JSON.parse(Buffer.from(input).toString('utf8'));
    },
  },
  crashing: {
    ...planted,
    parse(input) {
      const { text } = JSON.parse(Buffer.from(input).toString('utf8')) as { text: string };
      text.trim();
    },
  },
  hanging: {
    ...planted,
    parse(input) {
      let left = (JSON.parse(Buffer.from(input).toString('utf8')) as { length: number } | null)?.length ?? 0;
      // Never ends for what is no whole number.
      while (left !== 0) left = left > 0 ? left - 1 : left;
    },
  },
  growing: {
    ...planted,
    parse(input) {
      held.push(new Uint8Array(65_536).fill(input[0] ?? 0));
    },
  },
  engine: {
    ...planted,
    isRefusal: (error) =>
      error instanceof RangeError || error instanceof SyntaxError || error instanceof TypeError,
    parse(input) {
      const { length } = JSON.parse(Buffer.from(input).toString('utf8')) as { length: number };
      if (typeof length === 'number') new Array(length);
    },
  },
} as const satisfies Record<string, FuzzedParser>;
