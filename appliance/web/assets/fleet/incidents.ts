/** Incidents as lists show them: which are open, which stand first, which are listed under another. */
import type { Incident, Severity } from '../api/types.ts';
import type { Problem } from './health.ts';

const ranks: Record<Severity, number> = { critical: 0, high: 1, medium: 2, low: 3 };

/** Colour and icon of a severity. */
export const levelOf = (severity: Severity): 'bad' | 'attention' =>
  ranks[severity] < 2 ? 'bad' : 'attention';

/** The list after a word about one of them; an older word than the one that is known changes nothing. */
export function withIncident(list: readonly Incident[], incident: Incident): readonly Incident[] {
  const known = list.find(({ id }) => id === incident.id);
  if (known !== undefined && known.revision > incident.revision) return list;
  const others = list.filter(({ id }) => id !== incident.id);
  return incident.state === 'resolved' ? others : [incident, ...others].sort((a, b) => b.id - a.id);
}

/** Nobody knows of it yet, and nothing explains it or may do so in a moment. */
export const isNews = ({ state, cause, hold }: Incident): boolean =>
  state === 'open' && cause === null && hold !== 'settling';

/** What nobody knows of first, then by severity, then the newest. */
export function inOrder(list: readonly Incident[]): Incident[] {
  const rank = ({ state, severity }: Incident): number => ranks[severity] + (state === 'open' ? 0 : 10);
  return [...list].sort((a, b) => rank(a) - rank(b) || b.openedMs - a.openedMs || b.id - a.id);
}

export type Head = { incident: Incident; explains: Incident[] };

/** Two rules found the same: that a probe fails for everybody, and that it fails for some. One of them is enough to read. */
export const isTheSame = (a: Incident, b: Incident): boolean =>
  a.kind === b.kind && a.subject === b.subject && a.machine === b.machine && a.text.en === b.text.en;

/** Those that stand for themselves, each with all that it explains in the end; a cause that is not listed explains nothing. */
export function underCauses(list: readonly Incident[]): Head[] {
  const known = new Map(list.map((one) => [one.id, one]));
  const rootOf = (start: Incident): Incident => {
    const seen = new Set<number>();
    let at = start;
    while (at.cause !== null && !seen.has(at.id)) {
      seen.add(at.id);
      at = known.get(at.cause) ?? { ...at, cause: null };
    }
    // What explains itself in a circle stands for itself.
    return at.cause === null ? at : start;
  };
  const heads = new Map<number, Head>();
  const roots = list.map((one) => ({ one, root: rootOf(one).id }));
  for (const { one, root } of roots) if (root === one.id) heads.set(one.id, { incident: one, explains: [] });
  for (const { one, root } of roots) {
    const head = root === one.id ? undefined : heads.get(root);
    if (head !== undefined && !isTheSame(head.incident, one)) head.explains.push(one);
  }
  return inOrder([...heads.values()].map(({ incident }) => incident)).map((incident) => ({
    incident,
    explains: inOrder(heads.get(incident.id)?.explains ?? []),
  }));
}

/** Whether an incident says already what is seen of a machine. */
export function says(
  list: readonly Incident[],
  { machine, kind }: Pick<Problem, 'machine' | 'kind'>,
): boolean {
  return list.some(
    (one) =>
      one.machine === machine &&
      (kind === 'disk' ? one.subject.startsWith('system.filesystem.') : one.kind === kind),
  );
}
