/** All columns of a block: which leans on which, and their bytes. The cheapest come first, the others lean on them. */
import { bestAlone } from './alone.ts';
import { ColumnEncoder } from './column.ts';
import { differences } from './differences.ts';
import { bestLeaning } from './leaning.ts';
import { meanOf } from './least-squares.ts';
import type { Model, Models } from './models.ts';
import { rounded } from './prediction.ts';
import type { Prediction } from './predictor.ts';
import { bitsOf, type Priced, plainPrice } from './price.ts';
import { type Column, type Scaled, scaledOf, steps } from './scaled.ts';
import { Supports } from './supports.ts';

export type Indexed = { index: number; column: Column };

type Planned = Indexed & { scaled: Scaled };
/** What is known of a column before the others are looked at. */
type Searched = Planned & { growth: Float64Array; alone: Priced };

/** A slab of numbers that is larger is not kept for the next block. */
const mostKept = 2 ** 17;
/** Bits beyond those of the plain differences that a header may cost. */
const header = 64;
/** Noise is read in a sixth of the time, and may cost this much more than bits that are learnt. */
const noiseShare = 1.01;
/** What noise costs in each tick beyond the logarithm of the miss, at most. */
const noiseBits = 3.5;
/** What fewer ticks show serves for one block, what very few show for none. */
const leastTicks = 240;
const fewestTicks = 48;
/** Of the columns of a block; if more are not as they were, all are searched. */
const mostNew = 0.25;

export class ColumnsEncoder {
  readonly #encoder = new ColumnEncoder();
  #slab = new Float64Array(0);

  /** The bytes of each column, in the order given. Every column has a value. */
  encode(columns: readonly Indexed[], models?: Models): Uint8Array[] {
    const planned = this.#planned(columns);
    const encoded = new Map<number, Uint8Array>();
    const moving: Planned[] = [];
    for (const plan of planned) {
      const { index, column, scaled } = plan;
      if (scaled.constant) encoded.set(index, this.#encoder.constant(column, scaled));
      else if (!scaled.fits) encoded.set(index, this.#encoder.plain(column, scaled));
      else if (steps(scaled)) encoded.set(index, this.#encoder.stepping(scaled));
      else moving.push(plan);
    }
    const known = moving.length === 0 ? null : (models?.recall() ?? null);
    if (models === undefined || known === null || !this.#again(planned, moving, known, models, encoded)) {
      this.#search(moving, models, encoded);
    }
    if (this.#slab.length > mostKept) this.#slab = new Float64Array(0);
    return columns.map(({ index }) => encoded.get(index)!);
  }

  #planned(columns: readonly Indexed[]): Planned[] {
    const count = columns[0]?.column.length ?? 0;
    const needed = count * columns.length;
    if (this.#slab.length < needed) this.#slab = new Float64Array(needed);
    return columns.map(({ index, column }, at) => {
      const numbers = this.#slab.subarray(at * count, (at + 1) * count);
      return { index, column, scaled: scaledOf(column, numbers) };
    });
  }

  /** With what won last time; false when that is no longer good, and then nothing is settled. */
  #again(
    planned: readonly Planned[],
    moving: readonly Planned[],
    known: readonly Model[],
    models: Models,
    encoded: Map<number, Uint8Array>,
  ): boolean {
    const plans = new Map(moving.map((plan) => [plan.index, plan]));
    /** What can be leant on: it is what it was, or does not move. */
    const ready = new Map<number, Scaled>();
    for (const { index, scaled } of planned) if (!plans.has(index) && scaled.fits) ready.set(index, scaled);
    const numbersOf = (series: number) => ready.get(series)!.numbers;
    const used: Model[] = [];
    const unknown = new Map(plans);
    let [bits, plainBits] = [0, 0];
    for (const { index, unit, prediction, noise } of known) {
      const plan = plans.get(index);
      if (plan === undefined || plan.scaled.unit !== unit) continue;
      if (!prediction.others.every(({ series }) => ready.has(series))) continue;
      const { column, scaled } = plan;
      const now = levelled(prediction, scaled.numbers, numbersOf);
      const misses = this.#encoder.misses(column, scaled, now, numbersOf);
      const cost = bitsOf(misses);
      const plain = plainPrice(scaled.numbers);
      if (cost > plain + header) continue;
      bits += cost;
      plainBits += plain;
      const mostBits = cost + noiseBits * column.length;
      const noisy = noise && this.#encoder.noisy(scaled, now, { misses, noise, mostBits });
      encoded.set(index, noisy ?? this.#encoder.predicted(scaled, now, misses));
      used.push({ index, unit, prediction: now, noise });
      ready.set(index, scaled);
      unknown.delete(index);
    }
    if (unknown.size > moving.length * mostNew || !models.serves(bits / plainBits)) return false;
    for (const plan of unknown.values()) {
      const { prediction } = searched(plan).alone;
      used.push(this.#write(plan, prediction, numbersOf, encoded));
    }
    if (moving[0]!.column.length >= fewestTicks) models.used(used);
    return true;
  }

  #search(moving: readonly Planned[], models: Models | undefined, encoded: Map<number, Uint8Array>): void {
    const supports = new Supports();
    const numbers = new Map<number, Float64Array>();
    const found: Model[] = [];
    let [bits, plainBits] = [0, 0];
    for (const plan of moving.map(searched).sort((a, b) => a.alone.bits - b.alone.bits)) {
      const { index, scaled, growth } = plan;
      const likeness = supports.likenessOf(growth);
      const best = bestLeaning({ ...plan, supports, likeness });
      supports.add(index, scaled.numbers, growth, likeness, best.prediction);
      numbers.set(index, scaled.numbers);
      found.push(this.#write(plan, best.prediction, (series) => numbers.get(series)!, encoded));
      bits += best.bits;
      plainBits += plainPrice(scaled.numbers);
    }
    const ticks = moving[0]?.column.length ?? 0;
    if (ticks >= fewestTicks) models?.found(found, bits / plainBits, ticks < leastTicks);
  }

  #write(
    { index, column, scaled }: Planned,
    prediction: Prediction,
    numbersOf: (series: number) => Float64Array,
    encoded: Map<number, Uint8Array>,
  ): Model {
    const misses = this.#encoder.misses(column, scaled, prediction, numbersOf);
    const learnt = this.#encoder.predicted(scaled, prediction, misses);
    const best = this.#encoder.noiseOf(scaled, misses);
    const mostBits = 8 * noiseShare * learnt.length;
    const noisy = best && this.#encoder.noisy(scaled, prediction, { misses, noise: best, mostBits });
    const isNoise = noisy !== null && noisy.length <= noiseShare * learnt.length;
    encoded.set(index, isNoise ? noisy : learnt);
    return { index, unit: scaled.unit, prediction, noise: isNoise ? best : null };
  }
}

function searched(plan: Planned): Searched {
  const growth = differences(plan.scaled.numbers);
  return { ...plan, growth, alone: bestAlone(plan.column, plan.scaled, growth) };
}

/** Numbers count from each block's own first value, so that the level between them is another. */
function levelled(
  prediction: Prediction,
  numbers: Float64Array,
  numbersOf: (series: number) => Float64Array,
): Prediction {
  const { growth, lag1, lag2, others } = prediction;
  if (lag1 === 0 && lag2 === 0 && others.length === 0) return prediction;
  const mean = (column: Float64Array) => (growth ? column.at(-1)! / column.length : meanOf(column));
  let level = mean(numbers) * (1 - lag1 - lag2);
  for (const { series, weight } of others) level -= weight * mean(numbersOf(series));
  return rounded({ ...prediction, level }) ?? prediction;
}
