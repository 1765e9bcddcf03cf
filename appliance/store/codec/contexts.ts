/**
 * What a stream expects of its bits before it has seen any: for each place the chance of a one, of 65536, and how often
 * bits have been seen there, in one number. ../README.md says which place is asked when.
 */
import { priorChances, priorSeen } from './priors.table.ts';

/** chance · 2^8 + seen. */
export type States = Int32Array;

const seenBits = 8;
const even = 32_768;
/** Both answers stay possible. */
export const leastChance = 16;
export const mostChance = 65_536 - leastChance;
/** More are not counted; what has seen the most that eight bits can say learns nothing. */
export const mostSeen = 250;
const unteachable = 255;

/** How much of a surprise is taken over, of 32768, by how many bits were seen: much at first, little later. */
export const learning = Int32Array.from({ length: unteachable + 1 }, (_, seen) =>
  seen === unteachable ? 0 : Math.round(32_768 / (seen + 1.6)),
);

/** Bits of which nothing is ever known; then those that say which ticks have a value; then the misses. */
export const plainPlace = 0;
export const presencePlace = 1;
const presencePlaces = 4;
export const missPlace = presencePlace + presencePlaces;

/** Shapes of misses: like noise; with more small and more large ones; mostly none. */
export const shapes = 3;
const missPlaces = priorChances.length / shapes;
export const placeCount = missPlace + missPlaces;

const beginnings: readonly States[] = Array.from({ length: shapes }, (_, shape) =>
  Int32Array.from({ length: placeCount }, (_, place) => {
    if (place === plainPlace) return (even << seenBits) | unteachable;
    if (place < missPlace) return even << seenBits;
    const at = shape * missPlaces + place - missPlace;
    return (priorChances[at]! << seenBits) | priorSeen[at]!;
  }),
);

/** Not to be changed. */
export function statesOf(shape: number): States {
  return beginnings[shape]!;
}
