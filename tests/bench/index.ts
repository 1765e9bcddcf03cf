/** The benches: `npm run bench -- NAME`. */
import { agent } from './agent.ts';
import type { Bench } from './bench.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { size } from './size.ts';
import { start } from './start.ts';

export const benches = { size, memory, start, agent, latency } as const satisfies Record<string, Bench>;
