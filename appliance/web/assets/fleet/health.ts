/** What a machine's values mean to a person: well, needs attention, bad, or not known. */
import type { FleetRow, MachineState } from '../api/types.ts';

export type Health = 'well' | 'attention' | 'bad' | 'unknown' | 'asleep' | 'off';
export type Problem = {
  machine: number;
  name: string;
  level: 'bad' | 'attention';
  kind: 'vanished' | 'silent' | 'disk';
  /** Since when, for states; null for a level that is simply there. */
  sinceMs: number | null;
  share: number | null;
};

/** Share of the fullest file system from which it is worth a look, and from which it is urgent. */
const diskAttention = 0.85;
const diskBad = 0.95;

const ofState: Record<Exclude<MachineState, 'up'>, Health> = {
  silent: 'attention',
  vanished: 'bad',
  asleep: 'asleep',
  off: 'off',
};

/** Values count only while the machine is up: what is older says nothing about now. */
export function hasValues(row: FleetRow): boolean {
  return (
    row.state === 'up' && row.summary !== null && row.summary !== undefined && (row.tMs ?? null) !== null
  );
}

export function diskLevel(share: number | undefined): 'bad' | 'attention' | null {
  if (share === undefined || share < diskAttention) return null;
  return share >= diskBad ? 'bad' : 'attention';
}

export function healthOf(row: FleetRow): Health {
  if (row.state !== 'up') return ofState[row.state];
  if (!hasValues(row)) return 'unknown';
  return diskLevel(row.summary?.disk) ?? 'well';
}

export function problemsOf(rows: Iterable<FleetRow>): Problem[] {
  const problems: Problem[] = [];
  for (const row of rows) {
    const base = { machine: row.machine, name: row.name };
    if (row.state === 'vanished') {
      problems.push({ ...base, level: 'bad', kind: 'vanished', sinceMs: row.stateSinceMs, share: null });
    } else if (row.state === 'silent') {
      problems.push({ ...base, level: 'attention', kind: 'silent', sinceMs: row.stateSinceMs, share: null });
    }
    const level = hasValues(row) ? diskLevel(row.summary?.disk) : null;
    if (level !== null) {
      problems.push({ ...base, level, kind: 'disk', sinceMs: null, share: row.summary?.disk ?? null });
    }
  }
  return problems.sort(
    (a, b) =>
      Number(a.level !== 'bad') - Number(b.level !== 'bad') ||
      (b.sinceMs ?? 0) - (a.sinceMs ?? 0) ||
      (b.share ?? 0) - (a.share ?? 0) ||
      a.machine - b.machine,
  );
}

export type Tally = Record<Health, number> & { total: number };

export function tallyOf(rows: Iterable<FleetRow>): Tally {
  const tally: Tally = { total: 0, well: 0, attention: 0, bad: 0, unknown: 0, asleep: 0, off: 0 };
  for (const row of rows) {
    tally.total += 1;
    tally[healthOf(row)] += 1;
  }
  return tally;
}
