/** All columns of a block: which leans on which, and their bytes. The cheapest come first, the others lean on them. */
import { bestAlone } from './alone.ts';
import { ColumnEncoder } from './column.ts';
import { differences } from './differences.ts';
import { bestLeaning } from './leaning.ts';
import type { Prediction } from './predictor.ts';
import type { Priced } from './price.ts';
import { type Column, type Scaled, scaledOf } from './scaled.ts';
import { Supports } from './supports.ts';

export type Indexed = { index: number; column: Column };

/** What is known of a column before the others are looked at; `alone` is null for one that needs no prediction. */
type Planned = Indexed & { scaled: Scaled; growth: Float64Array; alone: Priced | null };

/** The bytes of each column, in the order given. Every column has a value. */
export function encodeColumns(columns: readonly Indexed[]): Uint8Array[] {
  const encoder = new ColumnEncoder();
  const supports = new Supports();
  const numbers = new Map<number, Float64Array>();
  const encoded = new Map<number, Uint8Array>();
  const planned = columns.map(planOf);
  const bits = ({ alone }: Planned) => alone?.bits ?? 0;
  for (const plan of planned.toSorted((a, b) => bits(a) - bits(b))) {
    const { index, column, scaled } = plan;
    const prediction = predictionOf(plan, supports);
    numbers.set(index, scaled.numbers);
    const bytes = encoder.encode(column, scaled, prediction, (series) => numbers.get(series)!);
    encoded.set(index, bytes.slice());
  }
  return columns.map(({ index }) => encoded.get(index)!);
}

function planOf({ index, column }: Indexed): Planned {
  const scaled = scaledOf(column);
  const growth = differences(scaled.numbers);
  const alone = scaled.constant || !scaled.fits ? null : bestAlone(column, scaled, growth);
  return { index, column, scaled, growth, alone };
}

function predictionOf(
  { index, column, scaled, growth, alone }: Planned,
  supports: Supports,
): Prediction | null {
  if (alone === null) return null;
  const likeness = supports.likenessOf(growth);
  const { prediction } = bestLeaning({ column, scaled, growth, alone, supports, likeness });
  supports.add(index, scaled.numbers, growth, likeness, prediction);
  return prediction;
}
