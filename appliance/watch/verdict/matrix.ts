/** What the machines that check a probe say together: a verdict, for whom it fails, and a sentence that says so. */
import type { Evidence, Verdict, WatchText } from '../client/types.ts';
import { matrixWords } from './matrix-words.ts';

/** What one vantage point found. */
export type Cell = {
  machine: number;
  /** Empty when nobody knows it: a number says nothing to people. */
  name: string;
  /** The box itself needs no name in a sentence. */
  isBox?: boolean;
  verdict: 'up' | 'down' | 'unknown';
  reason?: { code: string; detail: string } | null;
  /** It is not heard: what it found last says nothing about now. */
  isAway?: boolean;
};

export type Matrix = {
  /** Bad also when only some fail: `share` and `who` tell the two apart. */
  verdict: Verdict;
  /** How many of those that know reach it, 0 to 1; null when nobody knows. */
  share: number | null;
  /** Machines for which it fails. */
  who: number[];
  text: WatchText;
  /** All that the sentence is made of, so that an incident can keep it. */
  evidence: Evidence;
};

/** Who is named at most: a sentence is no list. */
const mostNames = 3;

export function judgeMatrix(cells: readonly Cell[], probe: string): Matrix {
  const known = cells.filter(({ verdict, isAway }) => verdict !== 'unknown' && isAway !== true);
  const failing = known.filter(({ verdict }) => verdict === 'down');
  const reaching = known.filter(({ verdict }) => verdict === 'up');
  const silent = cells.filter((cell) => !known.includes(cell));
  const told = known.length === 0 ? silent.filter(({ isAway }) => isAway !== true) : failing;
  const isAlone = cells.length === 1 && cells[0]?.isBox === true;
  const evidence: Evidence = {
    probe,
    ...{ checked: cells.length, known: known.length, failing: failing.length },
    away: silent.filter(({ isAway }) => isAway === true).length,
    who: isAlone ? '' : namesOf(failing),
    reaches: reaching.length === 1 ? reaching[0]!.name : '',
    silent: namesOf(silent),
    reason: commonReason(told),
  };
  const verdict = known.length === 0 ? 'unknown' : failing.length === 0 ? 'good' : 'bad';
  return {
    verdict,
    share: known.length === 0 ? null : reaching.length / known.length,
    who: failing.map(({ machine }) => machine),
    text: matrixWords(evidence),
    evidence,
  };
}

/** Empty when they are too many, or not all are known. */
function namesOf(cells: readonly Cell[]): string {
  return cells.length > mostNames || cells.some(({ name }) => name === '')
    ? ''
    : cells.map(({ name }) => name).join(', ');
}

/** The one that all give which give any; `VARIOUS` when they differ. */
function commonReason(cells: readonly Cell[]): string | null {
  const codes = new Set(cells.flatMap(({ reason }) => reason?.code ?? []));
  if (codes.size > 1) return 'VARIOUS';
  return [...codes][0] ?? null;
}
