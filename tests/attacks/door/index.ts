/** Attacks at the agents' door, on the network, on agents, and on what the box's daemons share. A new one: one file, one line here. */
import type { Attack } from '../attack.ts';
import { unpairedSamples } from './unpaired-samples.ts';

export const doorAttacks = {
  'unpaired-samples': unpairedSamples,
} as const satisfies Record<string, Attack>;
