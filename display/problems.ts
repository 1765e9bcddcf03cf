/** What is wrong as the watch sees it: what a person at the box has to know, the worst and the newest first. Pure. */
import { type Incident, severities, type WatchChange } from '../appliance/watch/client/types.ts';
import type { State } from './state.ts';

/** What the watch says, laid over what was known. */
export function heard(
  incidents: State['incidents'],
  change: { open: readonly Incident[] } | { incident: Incident },
): State['incidents'] {
  if ('open' in change) return new Map(change.open.map((one) => [one.id, one]));
  const { incident } = change;
  const next = new Map(incidents);
  if (incident.state === 'resolved') next.delete(incident.id);
  else next.set(incident.id, incident);
  return next;
}

/** The watch tells of other things, too. */
export function tellsOfIncidents(
  change: WatchChange,
): change is Extract<WatchChange, { open: Incident[] } | { incident: Incident }> {
  return 'open' in change || 'incident' in change;
}

/** What can be paged through: what nobody has taken note of, then the rest. What another explains stands under that one. */
export function listed(state: State): Incident[] {
  const rank = ({ severity }: Incident) => severities.indexOf(severity);
  const isKnown = ({ state: is }: Incident) => (is === 'acknowledged' ? 1 : 0);
  return [...state.incidents.values()]
    .filter(({ cause, hold }) => cause === null && hold !== 'maintenance' && hold !== 'settling')
    .sort((a, b) => isKnown(a) - isKnown(b) || rank(b) - rank(a) || b.openedMs - a.openedMs || b.id - a.id);
}

/** What is low is worth a look, and nothing to be alarmed by. */
const matters = ({ severity }: Incident) => severity !== 'low';

export function problems(state: State): Incident[] {
  return listed(state).filter((one) => one.state === 'open' && matters(one));
}

export function known(state: State): Incident[] {
  return listed(state).filter((one) => one.state === 'acknowledged' && matters(one));
}

export function explainedBy(state: State, id: number): number {
  let count = 0;
  for (const { cause } of state.incidents.values()) if (cause === id) count++;
  return count;
}

/** Its machine, if it is of one, and the rest of its sentence. */
export function spoken(
  state: State,
  { machine, text }: Incident,
  language: 'en' | 'fr',
): { name: string | null; words: string } {
  const sentence = text[language];
  const name = machine === null ? undefined : state.rows.get(machine)?.machine.name;
  if (name === undefined) return { name: null, words: sentence };
  const rest = sentence.startsWith(name) ? sentence.slice(name.length).replace(/^\s*:\s*/, '') : sentence;
  return { name, words: rest.charAt(0).toUpperCase() + rest.slice(1) };
}

/** What somebody should see, by names that stay the same: without the watch, machines without a sign of life. */
export function alarms(state: State): Set<string> {
  if (state.watch.is === 'here') return new Set(problems(state).map(({ id }) => `incident ${id}`));
  const gone = [...state.rows.values()].filter(({ machine }) => machine.state === 'vanished');
  return new Set(gone.map(({ machine }) => `machine ${machine.machine}`));
}
