/** What runs on a machine: its services, its busiest programs when somebody asks, and a word to the person there. Loaded on the way down the page. */
import type { ProcessesAnswer, ServicesAnswer } from '../api/types.ts';
import type { Page } from '../context.ts';
import { append, type Child, h } from '../dom/h.ts';
import { icon } from '../dom/icons.ts';
import { timeNode } from '../dom/time.ts';
import { dash } from '../language/format.ts';
import { onMachineEn, onMachineFr } from '../language/on-machine.table.ts';
import type { Key, Words } from '../language/words.ts';
import { field, formNode } from './form.ts';
import { button, errorLine, errorText } from './parts.ts';

const noticeLength = 200;
/** While the programs are looked at. */
const askEveryMs = 10_000;

type OwnWords = Words<Key | keyof typeof onMachineEn>;
type OwnPage = Omit<Page, 'words'> & { words: OwnWords };
type State = ServicesAnswer['services'][number]['state'];

const looks: Record<State, 'bad' | 'attention' | 'off' | 'well'> = {
  failed: 'bad',
  restarting: 'attention',
  starting: 'attention',
  stopping: 'attention',
  paused: 'attention',
  stopped: 'off',
  running: 'well',
  done: 'well',
};

export type OnMachine = { nodes: HTMLElement[]; changed(): void; stop(): void };

export function createOnMachine(given: Page, machine: number): OnMachine {
  const page: OwnPage = { ...given, words: given.words.and({ en: onMachineEn, fr: onMachineFr }) };
  const role = page.session.user?.role;
  const services = servicesBlock(page, machine);
  const programs = role === 'viewer' ? null : programsBlock(page, machine);
  const nodes = [services.node, ...(programs === null ? [] : [programs.node])];
  if (role === 'admin') nodes.push(noticeBlock(page, machine));
  void services.load();
  return { nodes, changed: () => void services.load(), stop: () => programs?.stop() };
}

function servicesBlock(page: OwnPage, machine: number) {
  const { words, api, format, clock } = page;
  const line = errorLine();
  const body = h('div');
  const row = ({ name, label, state, sinceMs }: ServicesAnswer['services'][number]): HTMLElement =>
    h(
      'tr',
      null,
      h('td', { 'data-look': looks[state] }, icon(looks[state]), ' ', words.say(`service.${state}`)),
      h('td', null, h('b', null, name), label === undefined ? null : h('div', { class: 'soft' }, label)),
      h('td', { class: 'soft' }, sinceMs === undefined ? dash : timeNode(format, sinceMs, clock.now())),
    );
  let asked = 0;
  const load = async (): Promise<void> => {
    const mine = ++asked;
    try {
      const { services, left } = (await api.call('GET', `/machines/${machine}/services`)) as ServicesAnswer;
      if (mine !== asked) return;
      line.show(null);
      const heads = (['state', 'name', 'since'] as const).map((key) => words.say(`service.${key}`));
      const listed = (well: boolean) => {
        const some = services.filter(({ state }) => (looks[state] === 'well') === well);
        return some.length === 0 ? null : table(heads, some.map(row));
      };
      const well = listed(true);
      const open = body.querySelector('details')?.open ?? false;
      body.replaceChildren();
      append(body, [
        services.length === 0 ? h('p', { class: 'soft' }, words.say('service.none')) : listed(false),
        well === null
          ? null
          : h(
              'details',
              { open },
              h('summary', null, words.say('service.well', { n: well.rows.length - 1 })),
              well,
            ),
        left > 0 ? h('p', { class: 'soft' }, words.say('service.left', { n: left })) : null,
      ]);
    } catch (error) {
      if (mine === asked) line.show(errorText(error, words));
    }
  };
  return { node: block('services', words.say('service.title'), line.node, body), load };
}

function programsBlock(page: OwnPage, machine: number) {
  const { words, api, format } = page;
  const line = errorLine();
  const body = h('div', { 'aria-live': 'polite' });
  let timer: ReturnType<typeof setTimeout> | null = null;
  let open = false;
  /** Of answers that are on their way only the last one goes on. */
  let asked = 0;
  const row = (one: ProcessesAnswer['processes'][number]): HTMLElement =>
    h(
      'tr',
      null,
      h(
        'td',
        null,
        h('b', null, one.name),
        one.arguments === undefined ? null : h('div', { class: 'soft' }, one.arguments),
      ),
      h('td', { class: 'num' }, one.cpu === undefined ? dash : format.percent(one.cpu)),
      h('td', { class: 'num' }, one.memoryBytes === undefined ? dash : format.memory(one.memoryBytes)),
    );
  const ask = async (): Promise<void> => {
    const mine = ++asked;
    const wanted = (): boolean => open && mine === asked;
    if (!document.hidden) {
      try {
        const answer = (await api.call('GET', `/machines/${machine}/processes`)) as ProcessesAnswer;
        if (!wanted()) return;
        line.show(null);
        const heads = [words.say('program.name'), words.say('program.cpu'), words.say('program.memory')];
        body.replaceChildren(
          answer.off
            ? h('p', { class: 'soft' }, words.say('program.off'))
            : table(heads, answer.processes.map(row)),
        );
      } catch (error) {
        if (wanted()) line.show(errorText(error, words));
      }
    }
    if (wanted()) timer = setTimeout(() => void ask(), askEveryMs);
  };
  const stop = (): void => {
    open = false;
    if (timer !== null) clearTimeout(timer);
  };
  const toggle = button(words.say('program.show'), { 'aria-expanded': 'false' }, () => {
    if (open) stop();
    else {
      open = true;
      void ask();
    }
    line.show(null);
    body.replaceChildren();
    toggle.textContent = words.say(open ? 'program.hide' : 'program.show');
    toggle.setAttribute('aria-expanded', String(open));
  });
  const intro = h('p', { class: 'soft' }, words.say('program.intro'));
  return { node: block('programs', words.say('program.title'), intro, toggle, line.node, body), stop };
}

function noticeBlock(page: OwnPage, machine: number): HTMLElement {
  const { words, api } = page;
  const said = field('notice', words.say('notice.text'), words.say('notice.hint'), {
    maxlength: noticeLength,
  });
  const send = async (): Promise<void> => {
    await api.call('POST', `/machines/${machine}/notice`, { body: { text: said.input.value } });
    said.input.value = '';
    page.announce(words.say('notice.sent'));
  };
  const form = formNode({ words, fields: [said], verb: words.say('notice.send'), send });
  return block('word', words.say('notice.title'), form);
}

const block = (name: string, title: string, ...children: Child[]): HTMLElement =>
  h('section', { class: 'card block', id: name }, h('h2', null, title), ...children);

function table(heads: readonly string[], rows: readonly HTMLElement[]): HTMLTableElement {
  return h(
    'table',
    { class: 'running' },
    h('thead', null, h('tr', null, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
    h('tbody', null, ...rows),
  );
}
