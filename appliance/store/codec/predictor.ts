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
  others: { series: number; weight: number }[];
};

export const stillDrift = 15;
/** Beyond this neither a value nor a prediction goes, so that misses stay exact. */
export const largest = 2 ** 50;

/** The state while a column is walked: plain IEEE doubles, added from left to right, so that every reader gets the same. */
export class Predictor {
  readonly #growth: boolean;
  readonly #pull: number;
  readonly #lag1: number;
  readonly #lag2: number;
  readonly #weights: readonly number[];
  readonly #others: readonly Float64Array[];
  #level: number;
  #value = 0;
  #y1 = 0;
  #y2 = 0;
  #expected = 0;

  constructor(prediction: Prediction, others: readonly Float64Array[]) {
    this.#growth = prediction.growth;
    this.#pull = prediction.drift === stillDrift ? 0 : 2 ** -prediction.drift;
    this.#lag1 = prediction.lag1;
    this.#lag2 = prediction.lag2;
    this.#weights = prediction.others.map(({ weight }) => weight);
    this.#others = others;
    this.#level = prediction.level;
  }

  /** A whole number. */
  expect(at: number): number {
    let expected = this.#level + this.#lag1 * this.#y1 + this.#lag2 * this.#y2;
    for (let index = 0; index < this.#weights.length; index++) {
      const other = this.#others[index]!;
      const x = this.#growth ? other[at]! - (at > 0 ? other[at - 1]! : 0) : other[at]!;
      expected += this.#weights[index]! * x;
    }
    this.#expected = expected;
    const value = Math.floor(expected + 0.5) + (this.#growth ? this.#value : 0);
    return value > largest ? largest : Math.max(value, -largest);
  }

  /** What it really was. */
  see(value: number): void {
    const y = this.#growth ? value - this.#value : value;
    this.#level += (y - this.#expected) * this.#pull;
    this.#y2 = this.#y1;
    this.#y1 = y;
    this.#value = value;
  }
}
