/** One thing that is wrong: of whom, what, since when, what it explains; a hold says that somebody knows. */
import type { Incident } from '../../appliance/watch/client/types.ts';
import { ends, wrap } from '../fit.ts';
import { moment } from '../format.ts';
import { explainedBy, listed, spoken } from '../problems.ts';
import { banner, large, staleText } from './parts.ts';
import type { Meaning, Screen, View } from './screen.ts';

export const incidentScreen: Screen = {
  draw(canvas, view) {
    const all = listed(view.state);
    const incident = current(view, all);
    if (incident === undefined) return;
    const since = view.say('since', moment(incident.openedMs, view.nowMs, view.language));
    canvas.text(1, 0, ends(`${all.indexOf(incident) + 1}/${all.length}`, since));
    canvas.line(8);
    const { name, words } = spoken(view.state, incident, view.language);
    if (name !== null) large(canvas, 11, name);
    const { top, step, room } = name === null ? { top: 11, step: 8, room: 5 } : { top: 27, step: 9, room: 3 };
    const stale = staleText(view);
    const last = stale ?? lastLine(view, incident);
    for (const [at, line] of wrap(words, last === null ? room : room - 1).entries())
      canvas.text(1, top + at * step, line);
    if (stale) banner(canvas, 45, stale);
    else if (last !== null) canvas.text(1, 45, last);
  },
  offers(view) {
    const incident = current(view, listed(view.state));
    if (incident === undefined) return {};
    const press = { label: view.say('next'), action: next(view, incident) };
    if (view.busy || incident.state !== 'open' || view.state.watch.is !== 'here') return { press };
    const hold: Meaning = {
      label: view.say('known'),
      action: { kind: 'acknowledge', id: incident.id, text: incident.text[view.language] },
    };
    return { press, hold };
  },
};

export function current(view: View, all: readonly Incident[]): Incident | undefined {
  return all.find(({ id }) => id === view.incident) ?? all[0];
}

/** What stands below what is wrong: who knows, what it explains, that nobody can tell now. */
function lastLine(view: View, { id, state, acknowledged, verdict }: Incident): string | null {
  if (state === 'acknowledged') return ends(view.say('knownBy', acknowledged?.who ?? '?'), '');
  const explained = explainedBy(view.state, id);
  if (explained > 0) return view.say('explains', explained);
  return verdict === 'unknown' ? view.say('unknownNow') : null;
}

/** Through all of them, then on to where a press on the overview leads when nothing is wrong. */
function next(view: View, incident: Incident): Meaning['action'] {
  const all = listed(view.state);
  const after = all[all.indexOf(incident) + 1];
  return after ? { kind: 'incident', id: after.id } : { kind: 'go', screen: 'address' };
}
