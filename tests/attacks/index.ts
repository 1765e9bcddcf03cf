/** The attacks, by the rows of the table of threats: those at the door and at the box, and those at the page. */
import type { Attack } from './attack.ts';
import { doorAttacks } from './door/index.ts';
import { webAttacks } from './web/index.ts';

export const attacks: Record<string, Attack> = { ...doorAttacks, ...webAttacks };

/** By row, then in the order of the tables. */
export const inOrder: readonly (readonly [string, Attack])[] = Object.entries(attacks).sort(
  ([, one], [, other]) => one.threat - other.threat,
);
