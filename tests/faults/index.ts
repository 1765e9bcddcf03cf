/** The fault tests: `npm run faults -- NAME`. */
import type { Fault } from './fault.ts';
import { kill } from './kill.ts';

export const faults = { kill } as const satisfies Record<string, Fault>;
