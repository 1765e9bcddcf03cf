/** The fault tests: `npm run faults -- NAME`. */
import type { Fault } from './fault.ts';
import { kill } from './kill.ts';
import { replay } from './replay.ts';

export const faults = { kill, replay } as const satisfies Record<string, Fault>;
