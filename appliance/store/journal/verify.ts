/** Reads the chain in steps and names each place at which it does not hold. */
import type { JournalCheck, JournalEntry, JournalProblem } from '../client/types.ts';
import type { Database } from '../database/database.ts';
import { journalKey } from '../keys.ts';
import { anchors, type Link, problemOf, type Start } from './chain.ts';

const entriesOfStep = 10_000;
const mostProblems = 100;

export type Verified = {
  database: Database;
  start: Start;
  last: Link;
  decode(id: number, value: Buffer): JournalEntry | null;
};

export async function verify(from: Verified, next?: number, signal?: AbortSignal): Promise<JournalCheck> {
  const { database, start, last } = from;
  const begin = Math.max(next ?? start.first, start.first);
  const problems: JournalProblem[] = [];
  const note = (problem: JournalProblem) => {
    if (problems.length < mostProblems) problems.push(problem);
  };
  const read = async (id: number) => {
    const value = await database.get(journalKey(id));
    return value === undefined ? null : from.decode(id, value);
  };
  if (begin === start.first && start.anchor !== null && !anchors(await read(start.anchor), start)) {
    note({ id: start.first, what: 'unanchored' });
  }
  let before: Link = { id: start.first - 1, hash: start.before };
  if (begin > start.first) before = { id: begin - 1, hash: (await read(begin - 1))?.hash ?? '' };
  let entries = 0;
  const range = { gte: journalKey(begin), lte: journalKey(last.id), limit: entriesOfStep };
  for await (const [key, value] of database.iterator(range)) {
    signal?.throwIfAborted();
    const id = key.readUIntBE(1, 6);
    const entry = from.decode(id, value);
    const problem = problemOf(before, id, entry);
    if (problem !== null) note(problem);
    // Behind a hole the chain is followed from what is there.
    if (problem?.what === 'removed' && entry !== null) {
      const inside = problemOf({ id: id - 1, hash: entry.before }, id, entry);
      if (inside !== null) note(inside);
    }
    before = { id, hash: entry?.hash ?? '' };
    entries++;
  }
  const more = entries === entriesOfStep && before.id < last.id;
  if (!more && (before.id !== last.id || before.hash !== last.hash)) {
    const cut = before.id < last.id;
    if (cut || problems.at(-1)?.id !== before.id) note({ id: before.id + Number(cut), what: 'cut' });
  }
  return { entries, broken: problems[0]?.id ?? null, problems, next: more ? before.id + 1 : null };
}
