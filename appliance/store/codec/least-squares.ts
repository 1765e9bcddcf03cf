/** The weights with which some series together come nearest to another one. */

/** What two series have in common, their means taken away. Of one length. */
export function covariance(a: Float64Array, meanA: number, b: Float64Array, meanB: number): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum - a.length * meanA * meanB;
}

export function meanOf(x: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < x.length; at++) sum += x[at]!;
  return sum / x.length;
}

export type Fit = {
  level: number;
  weights: number[];
  /** The sum of the squares that is left. */
  left: number;
};

/** With a constant; null where the series say too little. */
export function fitted(y: Float64Array, regressors: readonly Float64Array[]): Fit | null {
  const means = regressors.map(meanOf);
  const meanY = meanOf(y);
  const rows = regressors.map((x, row) => [
    ...regressors.map((other, column) =>
      column < row ? 0 : covariance(x, means[row]!, other, means[column]!),
    ),
    covariance(x, means[row]!, y, meanY),
  ]);
  for (let row = 1; row < rows.length; row++) {
    for (let column = 0; column < row; column++) rows[row]![column] = rows[column]![row]!;
  }
  const shared = rows.map((row) => row[rows.length]!);
  const weights = solved(rows);
  if (weights === null) return null;
  const level = weights.reduce((rest, weight, index) => rest - weight * means[index]!, meanY);
  const power = covariance(y, meanY, y, meanY);
  return {
    level,
    weights,
    left: weights.reduce((rest, weight, index) => rest - weight * shared[index]!, power),
  };
}

/** Gauss on the rows of a positive definite matrix, each with its right side; overwrites them. */
export function solved(rows: number[][]): number[] | null {
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot++) {
    const head = rows[pivot]![pivot]!;
    if (!(head > leastPivot)) return null;
    for (let row = pivot + 1; row < size; row++) {
      const factor = rows[row]![pivot]! / head;
      for (let column = pivot; column <= size; column++)
        rows[row]![column]! -= factor * rows[pivot]![column]!;
    }
  }
  const weights = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let rest = rows[row]![size]!;
    for (let column = row + 1; column < size; column++) rest -= rows[row]![column]! * weights[column]!;
    weights[row] = rest / rows[row]![row]!;
  }
  return weights.every(Number.isFinite) ? weights : null;
}

/** Series that are whole numbers have at least this, unless they are sums of each other. */
const leastPivot = 1e-3;
