/** Attacks on the page's server, on REST and on the people who use them. A new one: one file, one line here. */
import type { Attack } from '../attack.ts';

export const webAttacks = {} as const satisfies Record<string, Attack>;
