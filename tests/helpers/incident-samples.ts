/** An incident as the watch tells it, to be changed by each test. */
import type { Incident } from '../../appliance/watch/client/types.ts';

/** 20 November 2026, 10:48 where the test runs. */
export const nowMs = new Date(2026, 10, 20, 10, 48).getTime();
const minuteMs = 60_000;

export function incidentOf(id: number, more: Partial<Incident> = {}): Incident {
  return {
    ...{ id, rule: 'disk', kind: 'threshold', machine: 50, subject: '', severity: 'high', state: 'open' },
    ...{ verdict: 'bad', openedMs: nowMs - 6 * minuteMs, trusted: true, resolvedMs: null, ending: null },
    ...{ acknowledged: null, told: true, toldMs: nowMs, timesTold: 1, hold: null, cause: null },
    text: {
      en: 'ACCOUNTS-2: disk C: at 96 % (limit 95 %)',
      fr: 'ACCOUNTS-2 : disque C: à 96 % (limite 95 %)',
    },
    ...{ evidence: {}, revision: 1, ...more },
  };
}
