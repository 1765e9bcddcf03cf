/** What stands in addresses. */
import { integer } from '../../protocol/check.ts';
import { asked } from '../checks.ts';

const checkMachine = integer({ min: 1, max: 2 ** 32 - 1 });

export function machineOf(params: Record<string, string>): number {
  return asked(checkMachine, Number(params.machine), 'machine');
}

/** Undefined when it is not there, NaN (which no check lets pass) when it is no number. */
export function numberIn(query: URLSearchParams, name: string): number | undefined {
  const found = query.get(name);
  if (found === null) return undefined;
  return found.trim() === '' ? Number.NaN : Number(found);
}
