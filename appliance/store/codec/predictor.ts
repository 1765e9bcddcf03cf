/** What the next value of a series is expected to be: a drifting level, its own past, and other series of the same tick. */

/**
 * y is the value or its growth since the one before. Expected is level + lag1·y₋₁ + lag2·y₋₂ + Σ weightᵢ·xᵢ, where xᵢ is
 * another series' value or growth; the level then moves by what was missed ÷ 2^drift.
 */
export type Prediction = {
  growth: boolean;
  /** 0: the level becomes what was missed wholly; 15: never moves. */
  drift: number;
  level: number;
  lag1: number;
  lag2: number;
  others: readonly { series: number; weight: number }[];
};

export const stillDrift = 15;
/** Beyond this neither a value nor a prediction goes, so that misses stay exact. */
export const largest = 2 ** 50;

/** From numbers to misses or back: for each tick one is known and the other is filled in. */
export type Walk = {
  numbers: Float64Array;
  /** NaN where there is no value: then the number is the one before. */
  misses: Float64Array;
  gaps: boolean;
};

/** Fills the misses of those ticks whose miss is not NaN. */
export function missesOf(prediction: Prediction, others: readonly Float64Array[], walk: Walk): void {
  walked(prediction, others, walk, false);
}

/** Fills the numbers. */
export function numbersOf(prediction: Prediction, others: readonly Float64Array[], walk: Walk): void {
  walked(prediction, others, walk, true);
}

/** Three ways to the same numbers; the first two do without what is nothing in them, which is most of the work. */
function walked(prediction: Prediction, others: readonly Float64Array[], walk: Walk, decodes: boolean): void {
  const { lag1, lag2, drift, others: weights } = prediction;
  const alone = lag1 === 0 && lag2 === 0;
  if (alone && weights.length === 0) drifting(prediction, walk, decodes);
  else if (alone && drift === stillDrift && !walk.gaps) still(prediction, others, walk, decodes);
  else leaning(prediction, others, walk, decodes);
}

/** A level and nothing else, which is what most series have. Plain IEEE doubles, so that every reader gets the same. */
function drifting(prediction: Prediction, { numbers, misses }: Walk, decodes: boolean): void {
  const { growth } = prediction;
  const pull = prediction.drift === stillDrift ? 0 : 2 ** -prediction.drift;
  let level = prediction.level;
  let before = 0;
  for (let at = 0; at < misses.length; at++) {
    const miss = misses[at]!;
    if (Number.isNaN(miss)) {
      numbers[at] = before;
      continue;
    }
    const guess = clamped(Math.floor(level + 0.5) + (growth ? before : 0));
    const number = decodes ? guess + miss : numbers[at]!;
    if (decodes) numbers[at] = number;
    else misses[at] = number - guess;
    level += ((growth ? number - before : number) - level) * pull;
    before = number;
  }
}

/** A level that stays, and others: all that is expected is known beforehand. It is put where the result will be. */
function still(
  { growth, level, others: weights }: Prediction,
  others: readonly Float64Array[],
  { numbers, misses }: Walk,
  decodes: boolean,
): void {
  const count = misses.length;
  const [first, second, third] = others;
  const [w1, w2 = 0, w3 = 0] = weights.map(({ weight }) => weight);
  const x1 = first!;
  // Nothing is added where there is none: the same doubles as without it.
  const x2 = second ?? x1;
  const x3 = third ?? x1;
  let before = 0;
  for (let at = 0; at < count; at++) {
    const last = growth && at > 0 ? at - 1 : -1;
    const expected =
      level +
      w1! * (last < 0 ? x1[at]! : x1[at]! - x1[last]!) +
      w2 * (last < 0 ? x2[at]! : x2[at]! - x2[last]!) +
      w3 * (last < 0 ? x3[at]! : x3[at]! - x3[last]!);
    const guess = clamped(Math.floor(expected + 0.5) + (growth ? before : 0));
    const number = decodes ? guess + misses[at]! : numbers[at]!;
    if (decodes) numbers[at] = number;
    else misses[at] = number - guess;
    before = number;
  }
}

/** All of it, added from left to right. */
function leaning(
  prediction: Prediction,
  others: readonly Float64Array[],
  { numbers, misses }: Walk,
  decodes: boolean,
): void {
  const { growth, lag1, lag2 } = prediction;
  const pull = prediction.drift === stillDrift ? 0 : 2 ** -prediction.drift;
  const weights = Float64Array.from(prediction.others, ({ weight }) => weight);
  const count = weights.length;
  let level = prediction.level;
  let before = 0;
  let y1 = 0;
  let y2 = 0;
  for (let at = 0; at < misses.length; at++) {
    const miss = misses[at]!;
    if (Number.isNaN(miss)) {
      numbers[at] = before;
      continue;
    }
    let expected = level + lag1 * y1 + lag2 * y2;
    for (let index = 0; index < count; index++) {
      const other = others[index]!;
      const x = growth ? other[at]! - (at > 0 ? other[at - 1]! : 0) : other[at]!;
      expected += weights[index]! * x;
    }
    const guess = clamped(Math.floor(expected + 0.5) + (growth ? before : 0));
    const number = decodes ? guess + miss : numbers[at]!;
    if (decodes) numbers[at] = number;
    else misses[at] = number - guess;
    const y = growth ? number - before : number;
    level += (y - expected) * pull;
    y2 = y1;
    y1 = y;
    before = number;
  }
}

function clamped(value: number): number {
  return value > largest ? largest : Math.max(value, -largest);
}
