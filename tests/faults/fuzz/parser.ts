/** What is fuzzed: a parser with valid inputs to start from, and the one way in which it may refuse. */

export type FuzzedParser = {
  about: string;
  /** Sources whose branches are counted, from the root of the repository. */
  sources: readonly string[];
  /** Functions of these sources that no input can reach, such as the writing side. */
  leftOut: readonly string[];
  /** Valid inputs: the parser must accept each. */
  seeds(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** More to start from, which the parser must refuse: near misses that mutations seldom find. */
  nearMisses?: readonly Uint8Array[];
  /** Throws to refuse. What it accepts may be looked at further: an AssertionError counts as a crash. */
  parse(input: Uint8Array): void | Promise<void>;
  isRefusal(error: unknown): boolean;
  /** Mends what would hide everything behind it, such as a checksum, in most mutated inputs. */
  mend?(input: Uint8Array): Uint8Array;
  /** From this byte on inputs are text, which takes other mutations than bytes do. */
  textFrom?: number;
};

/** Errors of the engine, not of a parser: also where a parser throws RangeErrors of its own. */
const engineFaults = /array length|buffer allocation|call stack|string length|invalid count|offset/i;

export function isEngineFault(error: unknown): boolean {
  return error instanceof RangeError && engineFaults.test(error.message);
}
