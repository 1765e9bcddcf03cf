/** The journal, as every other daemon sees it. */

export type JournalText = { en: string; fr: string };

export type JournalEntry = {
  id: number;
  atMs: number;
  /** Whether the box's clock was trusted when this was written. */
  trusted: boolean;
  kind: string;
  who: string;
  role: string;
  from: string;
  machine: number | null;
  text: JournalText;
  details: Record<string, unknown>;
  /** Hash of the entry before, hex; 64 zeros for the first. */
  before: string;
  hash: string;
};

export type Note = {
  kind: string;
  who: string;
  role: string;
  from: string;
  machine?: number | null;
  text: JournalText;
  details?: Record<string, unknown>;
};

export type JournalQuery = {
  /** Only entries with a smaller id: the cursor of a page. */
  before?: number | undefined;
  limit?: number | undefined;
  /** This kind and those below it: `machine` and `machine.*` mean `machine.admitted` too. */
  kind?: string | undefined;
  machine?: number | undefined;
  /** Parts of words that all occur in the texts of either language, the kind, who or where from. */
  text?: string | undefined;
  /** From this time on, and before that one, by the box's clock of then. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
};

/**
 * Newest first. `more` is the `before` of the next page, null when all was looked at. A page may have fewer entries
 * than its limit, or none, and still have a next one: a question that no index narrows is answered in steps.
 */
export type JournalPage = {
  entries: JournalEntry[];
  more: number | null;
  /** Ids of entries that cannot be read any more. */
  damaged?: number[];
};

export type JournalProblem = {
  /** The entry at which the chain does not hold. */
  id: number;
  what: 'damaged' | 'removed' | 'changed' | 'moved' | 'unlinked' | 'unanchored' | 'cut';
};

/** One step through the chain: `next` is where the next one begins, null at the end. */
export type JournalCheck = {
  /** Entries of this step. */
  entries: number;
  /** The first entry at which the chain does not hold, null while it does. */
  broken: number | null;
  problems: JournalProblem[];
  next: number | null;
};

export type CleanupQuery = {
  /** Everything up to the last entry that a trusted clock dated before this time. */
  beforeMs: number;
  preview: boolean;
  who: string;
  role: string;
  from: string;
};

export type BackupOrder = { passphrase: string | null; who: string; role: string; from: string };

/** What a cleanup removes, or has removed. */
export type JournalCleanup = {
  entries: number;
  firstId: number | null;
  lastId: number | null;
  fromMs: number | null;
  toMs: number | null;
  kinds: Record<string, number>;
  /** The entry that stands for what was removed; null in a preview, or when there was nothing. */
  anchor: JournalEntry | null;
};
