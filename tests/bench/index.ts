/** The benches: `npm run bench -- NAME`. */
import { agent } from './agent.ts';
import type { Bench } from './bench.ts';
import { ingest } from './ingest.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { probes } from './probes.ts';
import { query } from './query.ts';
import { size } from './size.ts';
import { start } from './start.ts';
import { wear } from './wear.ts';

export const benches = {
  size,
  wear,
  ingest,
  memory,
  query,
  start,
  agent,
  latency,
  probes,
} as const satisfies Record<string, Bench>;
