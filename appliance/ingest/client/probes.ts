/** The door as watch uses it for probes: says who checks what, and follows what became of it. */
import { join } from 'node:path';
import type { Assignment } from '../../protocol/probes/exchange.ts';
import type { Timer } from '../../runtime/clock.ts';
import { createLocalClient } from '../../runtime/socket/client.ts';
import { ingestSocket } from './roles.ts';
import type { ProbeNews } from './types.ts';

export interface ProbeClient {
  /** All that the machine is to check from now on; NOT_FOUND when there is no such machine. */
  assign(machine: number, probes: readonly Assignment[]): Promise<void>;
  /** All results that are known, at the beginning and whenever the door is back, then each change. `onUp`: assign again. */
  results(on: { onNews(news: ProbeNews): void; onUp?(): void; onDown?(error: unknown): void }): Timer;
  close(): void;
}

export function createProbeClient(o: { runDir: string }): ProbeClient {
  const local = createLocalClient({ path: join(o.runDir, ingestSocket('watch')) });
  return {
    async assign(machine, probes) {
      await local.put(`/v1/assignments/${machine}`, { probes });
    },
    results: ({ onNews, onUp, onDown }) =>
      local.follow('/v1/probe-results', {
        onLine: (value) => onNews(value as ProbeNews),
        ...(onUp ? { onUp } : {}),
        ...(onDown ? { onDown } : {}),
      }),
    close: () => local.close(),
  };
}
