/** A prediction as the bytes of a column's header, and what those bytes can say. */
import type { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import type { Prediction } from './predictor.ts';

/** Level and lags are written in these parts of one. */
const parts = { level: 8, lag: 64 };
const largestLevel = 2 ** 40;
const largestLag = 16;
/** A weight is mantissa ÷ 2^exponent. */
const mantissaBits = 12;
const largestExponent = 60;
const flags = { growth: 16, past: 32 };
const driftBits = 15;
const othersShift = 6;

export function writePrediction(out: ByteWriter, prediction: Prediction): void {
  const { growth, drift, level, lag1, lag2, others } = prediction;
  const past = level !== 0 || lag1 !== 0 || lag2 !== 0;
  out.byte(drift | (growth ? flags.growth : 0) | (past ? flags.past : 0) | (others.length << othersShift));
  if (past) {
    out.zigzag(level * parts.level);
    out.zigzag(lag1 * parts.lag);
    out.zigzag(lag2 * parts.lag);
  }
  for (const { series, weight } of others) {
    const exponent = exponentOf(weight);
    out.varint(series);
    out.byte(exponent);
    out.zigzag(weight * 2 ** exponent);
  }
}

export function readPrediction(input: ByteReader): Prediction {
  const form = input.byte();
  const past = (form & flags.past) !== 0;
  const level = past ? input.zigzag() / parts.level : 0;
  const lag1 = past ? input.zigzag() / parts.lag : 0;
  const lag2 = past ? input.zigzag() / parts.lag : 0;
  const others = [];
  for (let left = form >> othersShift; left > 0; left--) {
    const series = input.varint();
    const exponent = input.byte();
    others.push({ series, weight: input.zigzag() / 2 ** exponent });
  }
  return { growth: (form & flags.growth) !== 0, drift: form & driftBits, level, lag1, lag2, others };
}

/** The nearest prediction that can be written; null where that is far off. */
export function rounded(prediction: Prediction): Prediction | null {
  const { level, lag1, lag2 } = prediction;
  const others = prediction.others.map(({ series, weight }) => ({ series, weight: roundedWeight(weight) }));
  const far = Math.abs(level) > largestLevel || Math.abs(lag1) > largestLag || Math.abs(lag2) > largestLag;
  if (
    far ||
    others.some(({ weight }) => exponentOf(weight) > largestExponent || Math.abs(weight) > largestLevel)
  ) {
    return null;
  }
  const to = (value: number, part: number) => Math.round(value * part) / part;
  return {
    ...prediction,
    ...{ level: to(level, parts.level), lag1: to(lag1, parts.lag), lag2: to(lag2, parts.lag), others },
  };
}

function roundedWeight(weight: number): number {
  if (weight === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(weight))) - mantissaBits);
  return Math.round(weight / unit) * unit;
}

/** The least that makes a whole number of the weight. */
function exponentOf(weight: number): number {
  let exponent = 0;
  for (let mantissa = weight; mantissa !== Math.round(mantissa); mantissa *= 2) exponent++;
  return exponent;
}
