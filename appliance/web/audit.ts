/** What web writes into the journal. Guessing must not fill the card, so each kind of refusal has a small allowance. */
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import { type Log, limited } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import { type AuditKind, sentence } from './audit.table.ts';

const refusalsPerMinute = 4;
const refusalsPerHour = 40;

export type Who = { name: string; role: string };
type Values = Record<string, string>;

export type Audit = {
  /** Something that was done, by somebody who may. */
  note(kind: AuditKind, who: Who, from: string, values?: Values): Promise<void>;
  /** Something that was refused. The name is what a stranger typed. */
  refused(kind: AuditKind, name: string, from: string, values?: Values): Promise<void>;
};

/** What nobody who signed in has done: the box itself, or a hand on its button. */
export const theBox: Who = { name: 'box', role: 'none' };

export function createAudit(o: { store: StoreClient; clock: Clock; log: Log }): Audit {
  const log = limited(o.log, 60_000, o.clock);
  /** For each kind its own: what costs nothing to provoke must not hide the guesses. */
  const refusals = new Map<string, { recent: number[]; suppressed: number }>();

  /** The store may be away; what people do must not fail because of it. */
  async function write(
    kind: AuditKind,
    who: Who,
    from: string,
    values: Values,
    details: object,
  ): Promise<void> {
    const text = sentence(kind, { who: who.name, from, ...values });
    try {
      await o.store.note({ kind, who: who.name, role: who.role, from, text, details: { ...details } });
    } catch (error) {
      log.warn('the journal did not take an entry', { kind, from, error: messageOf(error) });
    }
  }

  return {
    note: (kind, who, from, values = {}) => write(kind, who, from, values, values),
    async refused(kind, name, from, given = {}) {
      const nowMs = o.clock.monotonicMs();
      const before = refusals.get(kind) ?? { recent: [], suppressed: 0 };
      const recent = before.recent.filter((atMs) => nowMs - atMs < 3_600_000);
      const lastMinute = recent.filter((atMs) => nowMs - atMs < 60_000).length;
      if (lastMinute >= refusalsPerMinute || recent.length >= refusalsPerHour) {
        refusals.set(kind, { recent, suppressed: before.suppressed + 1 });
        return;
      }
      refusals.set(kind, { recent: [...recent, nowMs], suppressed: 0 });
      const values = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, shown(value)]));
      const more = before.suppressed > 0 ? { suppressed: before.suppressed } : {};
      await write(kind, { name: shown(name), role: 'none' }, from, values, { ...values, ...more });
    },
  };
}

/** A name typed by a stranger: bounded, and without characters that act on a terminal or a page. */
const shown = (text: string): string => text.slice(0, 64).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
