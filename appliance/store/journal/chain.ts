/** The chain of hashes through the journal, and where it does not hold. */
import { createHash } from 'node:crypto';
import type { JournalEntry, JournalProblem } from '../client/types.ts';

/** The hash before the first entry. */
export const beginning = '0'.repeat(64);

export type Link = { id: number; hash: string };

/** Where the chain begins: behind what was removed, which the anchor stands for. */
export type Start = { first: number; before: string; anchor: number | null };

export const wholeStart: Start = { first: 1, before: beginning, anchor: null };

export function hashOf(entry: Omit<JournalEntry, 'hash'>): string {
  const { id, atMs, trusted, kind, who, role, from, machine, text, details, before } = entry;
  const content = [before, id, atMs, trusted, kind, who, role, from, machine, text.en, text.fr, details];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

export function follows(before: Link, entry: JournalEntry): boolean {
  return entry.id === before.id + 1 && entry.before === before.hash && entry.hash === hashOf(entry);
}

/** What is wrong with an entry at this place, behind that one (an empty hash: unknown); null when it follows. */
export function problemOf(before: Link, key: number, entry: JournalEntry | null): JournalProblem | null {
  if (key !== before.id + 1) return { id: before.id + 1, what: 'removed' };
  if (entry === null) return { id: key, what: 'damaged' };
  if (entry.id !== key) return { id: key, what: 'moved' };
  if (entry.hash !== hashOf(entry)) return { id: key, what: 'changed' };
  return before.hash === '' || entry.before === before.hash ? null : { id: key, what: 'unlinked' };
}

export const anchorKind = 'journal.cleaned';

/** What an anchor says of the entries that it stands for. */
export type Removed = { firstId: number; lastId: number; count: number; lastHash: string };

export function anchors(entry: JournalEntry | null, start: Start): boolean {
  if (entry === null || entry.kind !== anchorKind || entry.hash !== hashOf(entry)) return false;
  const { lastId, lastHash } = entry.details as Partial<Removed>;
  return lastId === start.first - 1 && lastHash === start.before;
}
