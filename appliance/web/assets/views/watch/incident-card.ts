/** One open incident: what, since when, who knows; the word of a person; and what it explains, listed under it. */
import type { Incident } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import { timeNode } from '../../dom/time.ts';
import { type Head, levelOf } from '../../fleet/incidents.ts';
import { field, formNode } from '../form.ts';
import { button, errorLine, errorText, whileBusy } from '../parts.ts';
import { choice } from '../settled.ts';
import type { WatchPage } from './index.ts';
import { facts, machineLink, mayOperate, moment, severityMark, sinceNode, textIn } from './parts.ts';

const hourMs = 3_600_000;
const untils = ['over', '1h', '4h', 'morning', '7d'] as const;
type Until = (typeof untils)[number];

/** While somebody writes a note, the card is not drawn anew. */
export const isWritten = (card: HTMLElement): boolean => card.querySelector('form') !== null;

/** Told again from then on; the morning is that of the person who reads, at eight. */
export function untilMs(until: Until, nowMs: number): number | null {
  if (until === 'over') return null;
  if (until !== 'morning') return nowMs + { '1h': 1, '4h': 4, '7d': 168 }[until] * hourMs;
  const morning = new Date(nowMs);
  morning.setHours(8, 0, 0, 0);
  if (morning.getTime() <= nowMs) morning.setDate(morning.getDate() + 1);
  return morning.getTime();
}

export function incidentCard(
  page: WatchPage,
  { incident, explains }: Head,
  onDone: (incident: Incident) => void,
): HTMLElement {
  const { words } = page;
  const { id, severity, text, state } = incident;
  const title = h('h2', null, h('a', { href: `/incidents/${id}` }, textIn(words, text)));
  const level = state === 'acknowledged' ? 'known' : levelOf(severity);
  return h(
    'li',
    { class: `card incident ${level}`, 'data-id': id },
    severityMark(words, severity),
    title,
    incidentFacts(page, incident),
    acknowledgement(page, incident),
    mayOperate(page) && state !== 'resolved' ? deeds(page, incident, onDone) : null,
    explains.length === 0 ? null : explained(page, explains),
  );
}

/** Under its cause it goes without saying that it has one. */
export function incidentFacts(page: WatchPage, incident: Incident, isUnderCause = false): HTMLElement {
  const { words, format } = page;
  const { openedMs, resolvedMs, hold, told, timesTold, verdict, state, trusted, cause } = incident;
  const toldText = told ? words.count('incident.told', timesTold) : words.say('incident.untold');
  return facts(
    `#${incident.id}`,
    machineLink(page, incident),
    sinceNode(page, openedMs),
    resolvedMs === null
      ? null
      : words.say('incident.lasted', {
          time: format.duration(Math.max(0, resolvedMs - openedMs) / 1000),
        }),
    state !== 'resolved' && verdict === 'unknown' ? words.say('incident.unknown') : null,
    isUnderCause && hold === 'cause'
      ? null
      : state === 'resolved' || hold === null
        ? toldText
        : words.say(`hold.${hold}`),
    cause === null || isUnderCause
      ? null
      : h('a', { href: `/incidents/${cause}` }, words.say('incident.cause', { id: cause })),
    trusted ? null : words.say('incident.untrusted'),
  );
}

export function acknowledgement(
  { words, format, clock }: WatchPage,
  { acknowledged }: Incident,
): HTMLElement | null {
  if (acknowledged === null) return null;
  const { who, note, atMs, untilMs: end } = acknowledged;
  return h(
    'p',
    { class: 'known-by' },
    h('b', null, words.say('overview.known', { name: who })),
    ' · ',
    timeNode(format, atMs, clock.now()),
    end === null ? null : ` · ${words.say('incident.until', { time: moment(format, end) })}`,
    note === '' ? null : h('q', null, note),
  );
}

function explained(page: WatchPage, list: readonly Incident[]): HTMLElement {
  const { words } = page;
  return h(
    'details',
    null,
    h('summary', null, words.count('incident.explains', list.length)),
    h(
      'ul',
      { class: 'rows' },
      ...list.map((one) =>
        h(
          'li',
          null,
          h(
            'div',
            null,
            h('a', { href: `/incidents/${one.id}` }, textIn(words, one.text)),
            incidentFacts(page, one, true),
          ),
        ),
      ),
    ),
  );
}

function deeds(page: WatchPage, incident: Incident, onDone: (incident: Incident) => void): HTMLElement {
  const { words, watch } = page;
  const line = errorLine();
  const place = h('div', { class: 'deeds' });
  const release = button(words.say('incident.release'), { class: 'quiet' }, async () => {
    line.show(null);
    try {
      await whileBusy([release], async () => onDone(await watch.release(incident.id)));
    } catch (error) {
      line.show(errorText(error, words));
    }
  });
  const write = (): void => {
    const form = noteForm(page, incident, onDone, rest);
    place.replaceChildren(form);
    form.querySelector('input')?.focus();
  };
  const know = button(
    words.say(incident.acknowledged === null ? 'incident.know' : 'incident.knowAnew'),
    {},
    write,
  );
  const rest = (): void => {
    place.replaceChildren(
      h('div', { class: 'buttons' }, know, incident.acknowledged === null ? '' : release),
      line.node,
    );
    know.focus();
  };
  place.append(
    h('div', { class: 'buttons' }, know, incident.acknowledged === null ? null : release),
    line.node,
  );
  return place;
}

function noteForm(
  page: WatchPage,
  { id }: Incident,
  onDone: (incident: Incident) => void,
  onCancel: () => void,
): HTMLFormElement {
  const { words, watch, clock } = page;
  const note = field(`note-${id}`, words.say('incident.note'), words.say('incident.noteHint'), {
    name: 'note',
    maxlength: 500,
    required: false,
    autocomplete: 'off',
  });
  const until = choice<Until>(
    `until-${id}`,
    words.say('incident.untilWhen'),
    untils.map((value) => ({ value, text: words.say(`until.${value}`) })),
    'over',
  );
  return formNode({
    words,
    fields: [note],
    more: [until.node],
    verb: words.say('incident.acknowledge'),
    others: [{ verb: words.say('cancel'), run: async () => onCancel() }],
    async send() {
      const said = { note: note.input.value.trim(), untilMs: untilMs(until.value(), clock.now()) };
      const known = await watch.acknowledge(id, said);
      onCancel();
      onDone(known);
    },
  });
}
