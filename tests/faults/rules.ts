/** Rules and incidents through random histories, against a plain reference. */
import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Random } from '../bench/random.ts';
import { type Fault, type Findings, nothingFound } from './fault.ts';
import { type Found, liveThrough } from './rules/life.ts';
import { expectedOf } from './rules/reference.ts';
import { drawScript } from './rules/script.ts';

const everyTold = 500;

export const rules: Fault = {
  about: 'random histories of machines, values, people, kills and absences',
  goal: 'the incidents and messages of a plain reference, each once',
  usualCount: 10_000,
  piece: 2_000,
  async run({ count, progress, signal }): Promise<Findings> {
    const seed = randomInt(2 ** 31);
    progress(`histories of seed ${seed} and those after it`);
    const found = { ...nothingFound, counts: { incidents: 0, told: 0 } };
    for (let at = 0; at < count && !signal.aborted; at++) {
      const outcome = await compare(seed + at);
      found.injected++;
      found.counts.incidents += outcome.incidents;
      found.counts.told += outcome.told;
      if (outcome.problem !== null) {
        found.wrong++;
        progress(`seed ${seed + at}: ${outcome.problem}`);
      }
      if (found.injected % everyTold === 0) progress(`rules: ${found.injected} of ${count} histories`);
    }
    return found;
  },
};

export async function compare(
  seed: number,
): Promise<{ problem: string | null; incidents: number; told: number }> {
  const script = drawScript(new Random(seed));
  const { seen, found, notes } = await liveThrough(script);
  const expected = expectedOf(seen, script);
  const told = found.reduce((sum, one) => sum + one.told.length, 0);
  const counts = { incidents: found.length, told };
  const [left, right] = [inOrder(found), inOrder(expected)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    if (isDeepStrictEqual(left[at], right[at])) continue;
    const both = `found ${JSON.stringify(left[at])}, expected ${JSON.stringify(right[at])}`;
    return { problem: both, ...counts };
  }
  // Each incident stands in the journal once as opened, and once as over if it is.
  for (const { id, state } of found) {
    const kinds = notes.filter((note) => note.endsWith(` ${id}`)).map((note) => note.split(' ')[0]);
    const isOnce = (some: readonly string[]) =>
      kinds.filter((kind) => some.includes(kind ?? '')).length === 1;
    const isOver = isOnce(['incident.resolved', 'incident.closed']);
    if (!isOnce(['incident.opened']) || isOver !== (state === 'resolved'))
      return { problem: `the journal says of ${id}: ${kinds.join(', ')}`, ...counts };
  }
  return { problem: null, ...counts };
}

/** By when they opened: of those that are found at one start nobody says which came first. */
function inOrder(all: readonly Found[]): Omit<Found, 'id'>[] {
  const nameOf = ({ rule, machine, subject }: Omit<Found, 'id'>) => `${rule} ${machine} ${subject}`;
  return (
    all
      // Whether slow answers are told goes by what fails besides, of which the reference does not know.
      .map(({ id: _, told, ...one }) => ({ ...one, told: one.rule === 'probe-latency' ? [] : told }))
      .sort((a, b) => a.openedMs - b.openedMs || (nameOf(a) < nameOf(b) ? -1 : 1))
  );
}
