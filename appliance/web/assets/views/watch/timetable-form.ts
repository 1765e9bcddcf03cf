/** The form of a timetable: of which kind, for whom, every week or once. */
import type { NewSchedule, Schedule, ScheduleKind, Scope, Severity } from '../../api/watch.ts';
import { scheduleKinds, severities } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import { demand, type Field, field, formNode } from '../form.ts';
import { choice } from '../settled.ts';
import type { WatchPage } from './index.ts';
import { checks } from './option-fields.ts';
import { type Names, scopeChoices } from './parts.ts';
import { weeklyFields } from './weekly.ts';

const hourMs = 3_600_000;

export function timetableForm(
  page: WatchPage,
  names: Names,
  old: Schedule | null,
  onDone: () => Promise<void>,
  onClose: () => void,
): HTMLElement {
  const { words, watch, clock } = page;
  const name = field('times-name', words.say('times.name'), words.say('times.nameHint'), {
    name: 'name',
    maxlength: 100,
    value: old?.name ?? '',
    autocomplete: 'off',
  });
  const kind = choice<ScheduleKind>(
    'times-kind',
    words.say('times.kind'),
    scheduleKinds.map((value) => ({ value, text: words.say(`times.${value}`) })),
    old?.kind ?? 'quiet',
  );
  const about = h('p', { class: 'soft', 'aria-live': 'polite' });
  const below = choice<Severity>(
    'times-below',
    words.say('times.belowWhat'),
    severities.slice(1).map((value) => ({ value, text: words.say(`severity.${value}`) })),
    old?.below ?? 'critical',
  );
  const who = scopeFields(page, names, old?.scopes ?? ['all']);
  const how = choice<'weekly' | 'once'>(
    'times-how',
    words.say('times.how'),
    (['weekly', 'once'] as const).map((value) => ({ value, text: words.say(`times.${value}`) })),
    old?.once === undefined ? 'weekly' : 'once',
  );
  const weekly = weeklyFields(page, 'times', old?.weekly);
  const weeklyPart = h('div', { class: 'fields' }, ...weekly.fields.map(({ node }) => node));
  const once = onceFields(page, old?.once ?? { fromMs: clock.now(), toMs: clock.now() + 2 * hourMs });
  const oncePart = h('div', { class: 'fields' }, ...once.fields.map(({ node }) => node));
  const show = (): void => {
    weeklyPart.hidden = how.value() !== 'weekly';
    oncePart.hidden = how.value() !== 'once';
    below.node.hidden = kind.value() !== 'quiet';
    about.textContent = words.say(`times.${kind.value()}.text`);
  };
  for (const { select } of [kind, how]) select.addEventListener('change', show);
  show();
  // Those of the other parts stand where they belong; here they only take what is refused.
  const apart = [...who.fields, ...weekly.fields, ...once.fields].map((one) => ({
    ...one,
    node: h('span', { hidden: true }),
  }));
  return formNode({
    words,
    fields: [name, ...apart],
    more: [kind.node, about, who.node, below.node, how.node, weeklyPart, oncePart],
    verb: words.say('form.save'),
    others: [{ verb: words.say('cancel'), run: async () => onClose() }],
    async send() {
      demand(name, name.input.value.trim() !== '', words.say('form.missing'));
      const schedule: NewSchedule = {
        kind: kind.value(),
        name: name.input.value.trim(),
        scopes: who.read(),
        ...(how.value() === 'weekly' ? { weekly: weekly.read() } : { once: once.read() }),
        ...(kind.value() === 'quiet' ? { below: below.value() } : {}),
      };
      if (old === null) await watch.makeSchedule(schedule);
      else await watch.changeSchedule(old.id, schedule);
      await onDone();
    },
  });
}

/** Everything, or some groups and machines. */
function scopeFields(page: WatchPage, names: Names, chosen: readonly Scope[]) {
  const { words } = page;
  const all = choice<'all' | 'some'>(
    'times-all',
    words.say('times.for'),
    (['all', 'some'] as const).map((value) => ({ value, text: words.say(`scope.${value}`) })),
    chosen.includes('all') ? 'all' : 'some',
  );
  const some = checks(
    'times-scopes',
    'scopes',
    words.say('times.which'),
    scopeChoices(page, names, false).map(([value, text]) => ({ value, text })),
    new Set(chosen),
  );
  const show = (): void => {
    some.node.hidden = all.value() === 'all';
  };
  all.select.addEventListener('change', show);
  show();
  return {
    node: h('div', { class: 'fields' }, all.node, some.node),
    fields: [some] as Field[],
    read(): Scope[] {
      if (all.value() === 'all') return ['all'];
      const scopes = some.values() as Scope[];
      demand(some, scopes.length > 0, words.say('times.noScope'));
      return scopes;
    },
  };
}

/** In the time of the person who reads; `datetime-local` knows no other. */
function onceFields(page: WatchPage, { fromMs, toMs }: { fromMs: number; toMs: number }) {
  const { words } = page;
  const local = (atMs: number): string => {
    const at = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000);
    return at.toISOString().slice(0, 16);
  };
  const one = (name: 'fromMs' | 'toMs', label: string, value: number): Field =>
    field(`times-${name}`, label, null, { name, type: 'datetime-local', value: local(value) });
  const from = one('fromMs', words.say('times.from'), fromMs);
  const to = one('toMs', words.say('times.to'), toMs);
  return {
    fields: [from, to],
    read() {
      const [begin, end] = [from, to].map(({ input }) => new Date(input.value).getTime()) as [number, number];
      demand(from, Number.isFinite(begin), words.say('form.missing'));
      demand(to, Number.isFinite(end) && end > begin, words.say('times.endsFirst'));
      return { fromMs: begin, toMs: end };
    },
  };
}
