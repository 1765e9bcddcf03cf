/** Each number less the one before; 0 for the first. */
export function differences(numbers: Float64Array): Float64Array {
  const result = new Float64Array(numbers.length);
  for (let at = 1; at < numbers.length; at++) result[at] = numbers[at]! - numbers[at - 1]!;
  return result;
}
