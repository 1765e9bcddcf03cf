/** What every question about history has to be. */
import { Failure } from '../../runtime/errors.ts';

const mostNames = 100;

/** Each once. */
export function checkedNames(names: readonly string[]): string[] {
  const distinct = [...new Set(names)];
  if (distinct.length > mostNames) {
    throw new Failure('BAD_REQUEST', `more than ${mostNames} series in one question`, { path: 'series' });
  }
  return distinct;
}

export function checkRange({ fromMs, toMs }: { fromMs: number; toMs: number }): void {
  if (!(toMs > fromMs)) throw new Failure('BAD_REQUEST', 'the range ends before it begins', { path: 'to' });
}
