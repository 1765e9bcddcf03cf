/** What seldom changes about a machine, as its agent tells it and as the box keeps it. */
import { type Checked, integer, list, object, optional, text } from './check.ts';
import { limits } from './limits.ts';

const short = optional(text({ max: limits.textLength }));

export const checkFacts = object({
  os: short,
  kernel: short,
  arch: short,
  cpuModel: short,
  cores: optional(integer({ min: 1, max: 65_536 })),
  memoryBytes: optional(integer({ min: 0 })),
  addresses: optional(list(text({ max: 64 }), { max: 64 })),
  agentVersion: short,
  model: short,
});

export type Facts = Checked<typeof checkFacts>;
