/** What a bench is: one row of figures, measured on the shipped bundles, with its goal. */
import type { ParseArgsOptionsConfig } from 'node:util';

export type BenchContext = {
  values: Readonly<Record<string, string | undefined>>;
  /** Builds the bundles anew and resolves to their folder. */
  bundles(): Promise<string>;
  progress(text: string): void;
  /** Ends the bench early: everything that it started is stopped. */
  signal: AbortSignal;
};

export type BenchResult = {
  /** Numbers only, named as in the table of goals. */
  figures: Record<string, number>;
  met: boolean;
  conditions: string;
};

export type Bench = {
  about: string;
  /** What has to be reached, in words. */
  goal: string;
  /** One line of help per option. */
  help: Readonly<Record<string, string>>;
  options: ParseArgsOptionsConfig;
  run(context: BenchContext): Promise<BenchResult>;
};

/** A peer or tool that the bench compares with is not here; the message says how to install it. */
export class MissingPeer extends Error {}

export function numberOption(context: BenchContext, name: string, fallback: number): number {
  const text = context.values[name];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0)
    throw new RangeError(`--${name} must be a number, not "${text}".`);
  return value;
}

export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
