/** When nobody is told, and when machines are expected to be off; and groups of machines. */
import type { Group, Schedule, Weekly } from '../../api/watch.ts';
import type { View } from '../../context.ts';
import { h } from '../../dom/h.ts';
import { errorLine, errorText } from '../parts.ts';
import { rows, section } from '../settled.ts';
import { removing, rowDeeds } from './deeds.ts';
import { groupsSection } from './groups.ts';
import type { WatchPage } from './index.ts';
import { facts, help, mayManage, moment, type Names, readNames, watchTabs } from './parts.ts';
import { timetableForm } from './timetable-form.ts';
import { weeklyText } from './weekly.ts';

export function timetablesView(page: WatchPage): View {
  const { words, watch } = page;
  const line = errorLine();
  const body = h('div', { class: 'watch' });
  const node = h(
    'div',
    { class: 'watch' },
    h('h1', null, words.say('nav.incidents')),
    watchTabs(page, '/timetables'),
    line.node,
    h('p', null, words.say('times.intro')),
    body,
  );
  const load = async (): Promise<void> => {
    try {
      const names = await readNames(page);
      const groups: readonly Group[] = names.groups;
      body.replaceChildren(timetables(page, names), groupsSection(page, groups, load));
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  const timetables = (own: WatchPage, names: Names): HTMLElement => {
    const remove: Remove = (id, buttons) => list.act(buttons, () => watch.removeSchedule(id));
    const draw = (one: Schedule): HTMLElement => row(own, names, one, edit, remove);
    const list = rows<Schedule>(words, () => watch.schedules(), draw);
    const place = h('div');
    const edit = (schedule: Schedule | null): void => {
      const close = (): void => place.replaceChildren();
      const done = async (): Promise<void> => {
        close();
        page.announce(words.say('form.saved'));
        await list.load();
      };
      const title = words.say(schedule === null ? 'times.new' : 'times.change');
      place.replaceChildren(h('h3', null, title), timetableForm(own, names, schedule, done, close));
      place.querySelector<HTMLElement>('input, select')?.focus();
    };
    void list.load();
    const add = h('button', { type: 'button', on: { click: () => edit(null) } }, words.say('times.new'));
    return section(
      words.say('times.title'),
      null,
      list.node,
      mayManage(page) ? h('div', { class: 'buttons' }, add) : null,
      place,
      help(
        words.say('times.help'),
        ...(['quiet', 'maintenance', 'expected-off'] as const).map((kind) => words.say(`times.${kind}.text`)),
      ),
    );
  };
  void load();
  return { node, title: words.say('times.title'), stop: () => undefined };
}

type Remove = (id: string, buttons: readonly HTMLButtonElement[]) => Promise<void>;

function row(
  page: WatchPage,
  names: Names,
  one: Schedule,
  edit: (schedule: Schedule) => void,
  remove: Remove,
): HTMLElement {
  const { words } = page;
  const { name, kind, scopes, below } = one;
  const ask = removing(words, {
    title: words.say('form.removeTitle', { name }),
    consequence: words.say('times.removeText'),
    run: (buttons) => remove(one.id, buttons),
  });
  return h(
    'li',
    null,
    h(
      'div',
      null,
      h('strong', null, name),
      h('p', null, `${words.say(`times.${kind}`)} · ${timesText(page, one)}`),
      facts(
        scopes.map((scope) => names.scope(scope)).join(', '),
        kind === 'quiet'
          ? words.say('times.below', { severity: words.say(`severity.${below ?? 'critical'}`) })
          : null,
      ),
    ),
    rowDeeds(page, () => edit(one), ...ask),
  );
}

function timesText(page: WatchPage, { weekly, once }: Schedule): string {
  const { words, format } = page;
  if (once !== undefined)
    return words.say('times.onceText', { from: moment(format, once.fromMs), to: moment(format, once.toMs) });
  return weekly === undefined ? '' : weeklyText(weekly as Weekly, words);
}
