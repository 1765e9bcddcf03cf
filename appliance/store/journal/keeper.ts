/** How long the journal is kept: looked at once an hour. */
import { integer, object, optional } from '../../protocol/check.ts';
import { Malformed } from '../../protocol/malformed.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { Settings } from '../records/settings.ts';
import type { Journal } from './journal.ts';

const everyMs = 3_600_000;
const dayMs = 86_400_000;

/** The settings section `journal`. */
export const checkJournalSettings = object({
  keepDays: optional(integer({ min: 1, max: 36_500 })),
  keepEntries: optional(integer({ min: 1000, max: 10_000_000 })),
});
const journalDefaults = { keepDays: 730, keepEntries: 1_000_000 };

export interface JournalKeeper {
  /** Does something at most once an hour. */
  tick(): Promise<void>;
}

export function createJournalKeeper(o: {
  journal: Journal;
  settings: Settings;
  clock: Clock;
  /** Whether anything may be deleted by its age. */
  mayForget(): boolean;
  log: Log;
}): JournalKeeper {
  let nextMs = o.clock.monotonicMs();
  return {
    async tick() {
      if (o.clock.monotonicMs() < nextMs) return;
      nextMs = o.clock.monotonicMs() + everyMs;
      const { keepDays, keepEntries } = { ...journalDefaults, ...chosen(o.settings.get('journal'), o.log) };
      const beforeMs = o.mayForget() ? o.clock.wallMs() - keepDays * dayMs : null;
      await o.journal.keep({ beforeMs, entries: keepEntries });
    },
  };
}

function chosen(section: unknown, log: Log): Partial<typeof journalDefaults> {
  try {
    return section === null ? {} : checkJournalSettings(section);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    log.warn('the settings of the journal do not fit and are not used', { error: error.message });
    return {};
  }
}
