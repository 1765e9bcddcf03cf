/** What was not taken because it exceeds a limit or cannot be: counted, named, and reported once for each machine. */
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { JournalText, Note } from '../client/types.ts';

/** Said again after a day, if it goes on. */
const sayAgainMs = 24 * 3_600_000;

const en = {
  TOO_OLD: 'more than 8 days old',
  IN_FUTURE: 'dated in the future',
  NEGATIVE_COUNTER: 'counters below zero ({names})',
  MACHINE_SERIES: 'more series than a machine may have ({names})',
  NEW_SERIES: 'more new series than a machine may add in an hour ({names})',
  BOX_SERIES: 'more series than this box keeps ({names})',
};

export type RefusalCode = keyof typeof en;

const fr: Record<RefusalCode, string> = {
  TOO_OLD: 'vieilles de plus de 8 jours',
  IN_FUTURE: 'datées dans le futur',
  NEGATIVE_COUNTER: 'compteurs négatifs ({names})',
  MACHINE_SERIES: 'plus de séries qu’une machine ne peut en avoir ({names})',
  NEW_SERIES: 'plus de nouvelles séries qu’une machine ne peut en ajouter en une heure ({names})',
  BOX_SERIES: 'plus de séries que ce boîtier n’en garde ({names})',
};

export interface Refusals {
  /** How many of each, since the start. */
  readonly counts: Readonly<Partial<Record<RefusalCode, number>>>;
  refused(
    machine: number,
    code: RefusalCode,
    o: { count: number; path?: string; names?: readonly string[] },
  ): void;
}

export function createRefusals(o: {
  clock: Clock;
  log: Log;
  note(note: Note): Promise<unknown>;
  nameOf(machine: number): string;
  fail(error: unknown): void;
}): Refusals {
  const counts: Partial<Record<RefusalCode, number>> = {};
  const saidMs = new Map<string, number>();
  return {
    counts,
    refused(machine, code, { count, path = '', names = [] }) {
      counts[code] = (counts[code] ?? 0) + count;
      const key = `${machine} ${code}`;
      const nowMs = o.clock.monotonicMs();
      const before = saidMs.get(key);
      if (before !== undefined && nowMs - before < sayAgainMs) return;
      saidMs.set(key, nowMs);
      const first = names.slice(0, 5).join(', ');
      o.log.warn('some of what a machine sends is not taken', { machine, code, count, path, names: first });
      const note: Note = {
        ...{ kind: 'machine.limited', who: 'store', role: 'system', from: 'box', machine },
        text: textOf(code, o.nameOf(machine), first),
        details: { code, count, ...(path === '' ? {} : { path }), ...(first === '' ? {} : { names: first }) },
      };
      o.note(note).catch(o.fail);
    },
  };
}

function textOf(code: RefusalCode, name: string, names: string): JournalText {
  return {
    en: `Some values of ${name} are not kept: ${en[code].replace('{names}', names)}`,
    fr: `Des valeurs de ${name} ne sont pas gardées : ${fr[code].replace('{names}', names)}`,
  };
}
