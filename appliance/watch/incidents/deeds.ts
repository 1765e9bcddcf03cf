/** What each deed of the table does to an incident: pure, from a draft to the next. */
import type { Note } from '../../store/client/client.ts';
import type { Acknowledgement, Actor, Ending, Incident, Occasion, WatchText } from '../client/types.ts';
import type { Judgement } from '../evaluation.ts';
import type { Telling } from '../verdict/judge.ts';
import type { Moment } from './holds.ts';
import { nextStepOf } from './next-steps.table.ts';
import { acknowledgedText, openedText, releasedText, repeatedText, resolvedText } from './texts.ts';
import type { Deed } from './transitions.table.ts';

/** The incident as it will be, and what stands with it on disk. */
export type Draft = { incident: Incident; notes: Note[]; occasion: Occasion | null };

export type Because = {
  now: Moment;
  groups: readonly string[];
  acknowledgement?: Acknowledgement;
  by?: Actor;
  ending?: Ending;
  /** Its kind is an event, whose end nobody has to hear of. */
  isEvent?: boolean;
  /** What a message about it says besides. */
  telling?: Telling | undefined;
};

const watch: Actor = { who: 'watch', role: 'system', from: 'box' };

export function openedIncident(
  id: number,
  { rule, subject, evidence }: Judgement,
  o: { machine: number | null; openedMs: number; trusted: boolean; text: WatchText },
): Incident {
  return {
    ...{ id, rule: rule.id, kind: rule.kindName, subject, severity: rule.severity },
    ...{ machine: o.machine, state: 'open', verdict: 'bad', openedMs: o.openedMs, trusted: o.trusted },
    ...{ resolvedMs: null, ending: null, acknowledged: null },
    ...{ told: false, toldMs: null, timesTold: 0, hold: null, cause: null },
    ...{ text: o.text, evidence, revision: 0 },
  };
}

export function openedNote(incident: Incident): Note {
  return noteOf('incident.opened', incident, openedText(incident), watch);
}

export const deeds: Readonly<Record<Exclude<Deed, 'open'>, (draft: Draft, because: Because) => Draft>> = {
  acknowledge(draft, { acknowledgement, by = watch }) {
    const incident: Incident = {
      ...draft.incident,
      state: 'acknowledged',
      acknowledged: acknowledgement ?? null,
    };
    return noted(draft, incident, 'incident.acknowledged', acknowledgedText(incident), by);
  },
  release(draft, { by }) {
    const incident: Incident = { ...draft.incident, state: 'open', acknowledged: null };
    return noted(draft, incident, 'incident.released', releasedText(incident, by?.who ?? null), by ?? watch);
  },
  resolve(draft, { now, ending = 'recovered' }) {
    const incident: Incident = {
      ...draft.incident,
      ...{ state: 'resolved', verdict: 'good', resolvedMs: now.wallMs, ending, hold: null },
    };
    const kind = ending === 'recovered' ? 'incident.resolved' : 'incident.closed';
    return noted(draft, incident, kind, resolvedText(incident), watch);
  },
  'tell-opened'(draft, because) {
    const text = because.telling?.text ?? draft.incident.text;
    return told({ ...draft, incident: { ...draft.incident, text } }, because, 'opened', text);
  },
  'tell-repeated': (draft, because) =>
    told(draft, because, 'repeated', repeatedText(draft.incident, because.now.wallMs)),
  'tell-recovered': (draft, because) =>
    because.isEvent === true ? draft : told(draft, because, 'recovered', resolvedText(draft.incident)),
};

function noted(draft: Draft, incident: Incident, kind: string, text: WatchText, by: Actor): Draft {
  return { ...draft, incident, notes: [...draft.notes, noteOf(kind, incident, text, by)] };
}

function noteOf(kind: string, incident: Incident, text: WatchText, { who, role, from }: Actor): Note {
  const { id, rule, severity, subject, machine, evidence } = incident;
  return {
    kind,
    who,
    role,
    from,
    machine,
    text,
    details: { incident: id, rule, severity, subject, ...evidence },
  };
}

function told(
  draft: Draft,
  { now, groups, telling }: Because,
  kind: Occasion['kind'],
  text: WatchText,
): Draft {
  const { incident } = draft;
  const { id, severity, machine, timesTold } = incident;
  const atMs = now.wallMs;
  const more = kind === 'recovered' ? telling?.returned : telling?.affected;
  const next = kind === 'recovered' ? undefined : nextStepOf(incident);
  return {
    ...draft,
    // What follows a failure closely is counted from when it was told, not from its recovery.
    incident: {
      ...incident,
      ...{ told: true, timesTold: timesTold + 1, hold: null },
      toldMs: kind === 'recovered' ? incident.toldMs : atMs,
    },
    occasion: {
      incident: id,
      kind,
      severity,
      machine,
      groups: [...groups],
      text,
      ...(more ? { more } : {}),
      ...(next ? { next } : {}),
      atMs,
    },
  };
}
