/** Machines that checked a probe in former times: what they found then is its past as much as what others find now. */
import { type Checked, integer, list, object } from '../../protocol/check.ts';

/** Longer ago nobody asks for. */
const longestMs = 366 * 86_400_000;
const most = 16;

const wholeDate = integer({ min: 0, max: 2 ** 48 });
const checkOne = object({ machine: integer({ min: 1, max: 2 ** 32 - 1 }), untilMs: wholeDate });

/** Since when it is checked as it is, by the box's date, and by whom before. */
export const pastFields = { sinceMs: wholeDate, former: list(checkOne, { max: most }) };
export type Former = Checked<typeof checkOne>;
export type ProbePast = { sinceMs: number; former: readonly Former[] };

export const noPast: ProbePast = { sinceMs: 0, former: [] };

/** Who checked it until now and does not any more, and those of before; the latest of them, if they are many. */
export function formerOf(
  before: readonly Former[],
  { was, now, nowMs }: { was: readonly number[]; now: readonly number[]; nowMs: number },
): Former[] {
  const left = was.filter((machine) => !now.includes(machine));
  const kept = before.filter(({ machine, untilMs }) => {
    const isAgain = now.includes(machine) || left.includes(machine);
    return !isAgain && nowMs - untilMs < longestMs;
  });
  const all = [...kept, ...left.map((machine) => ({ machine, untilMs: Math.max(0, Math.round(nowMs)) }))];
  return all.sort((a, b) => b.untilMs - a.untilMs).slice(0, most);
}
