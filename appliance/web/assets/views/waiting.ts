/** Machines that want to join: choose one, compare six digits, admit or refuse. */
import type { Machine, Waiting } from '../api/types.ts';
import { createEnds, type View } from '../context.ts';
import { type Child, h } from '../dom/h.ts';
import { icon } from '../dom/icons.ts';
import { timeNode } from '../dom/time.ts';
import { getLink } from './agent-command.ts';
import { comingIn } from './arrivals.ts';
import type { BesidePage } from './beside.ts';
import { button, errorLine, errorText, teach, whileBusy } from './parts.ts';

/** «482 913»: two groups are compared more surely than six digits in a row. */
export function groupDigits(digits: string): string {
  return `${digits.slice(0, 3)} ${digits.slice(3)}`;
}

export function waitingView(page: BesidePage): View {
  const { words, format, api, connection, clock } = page;
  const ends = createEnds();
  const line = errorLine();
  const beside = comingIn(page);
  const list = h('ul', { class: 'waiting-list' });
  const done = h('p', { class: 'card done', role: 'status', hidden: true });
  const empty = teach(
    words.say('empty.waiting.title'),
    h('p', null, words.say('empty.waiting.text')),
    getLink(api),
  );
  const node = h(
    'div',
    { class: 'waiting' },
    h('h1', null, words.say('waiting.title')),
    h('p', { class: 'soft' }, words.say('waiting.intro')),
    line.node,
    done,
    list,
    empty,
    beside.node,
  );
  ends.add(beside.stop);

  const run = async (buttons: readonly HTMLButtonElement[], deed: () => Promise<void>): Promise<void> => {
    line.show(null);
    try {
      await whileBusy(buttons, deed);
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  const replace = (next: Waiting): void => {
    connection.waiting.set(
      connection.waiting
        .get()
        .map((one) => (one.id === next.id ? next : { ...one, digits: null, machineAnswer: null })),
    );
  };
  const drop = (id: string): void =>
    connection.waiting.set(connection.waiting.get().filter((one) => one.id !== id));
  const welcome = (machine: Machine): void => {
    done.hidden = false;
    done.replaceChildren(
      icon('well'),
      h('span', null, words.say('waiting.admitted', { name: machine.name })),
      h('a', { href: `/machines/${machine.machine}` }, words.say('waiting.open')),
    );
  };

  const idle = (one: Waiting): Child[] => {
    const select = button(
      words.say('waiting.select'),
      { class: 'primary' },
      () => void run([select, refuse], async () => replace(await api.select(one.id))),
    );
    const refuse = button(
      words.say('waiting.refuse'),
      {},
      () =>
        void run([select, refuse], async () => {
          await api.refuse(one.id);
          drop(one.id);
        }),
    );
    select.disabled = !one.connected;
    return [h('div', { class: 'buttons' }, select, refuse)];
  };
  const answerLine = (one: Waiting): HTMLElement => {
    if (one.machineAnswer === 'yes')
      return h('p', { class: 'answer well' }, icon('well'), words.say('answer.yes'));
    if (one.machineAnswer === 'no')
      return h('p', { class: 'answer bad', role: 'alert' }, icon('bad'), words.say('answer.no'));
    if (one.pinned) return h('p', { class: 'answer' }, icon('well'), words.say('answer.pinned'));
    return h('p', { class: 'answer' }, icon('waiting'), h('span', null, words.say('answer.none')));
  };
  const chosen = (one: Waiting, digits: string): Child[] => {
    const same = h(
      'select',
      { 'aria-label': words.say('waiting.new') },
      h('option', { value: '' }, words.say('waiting.new')),
      ...one.earlier.map(({ machine, name }) =>
        h('option', { value: String(machine) }, words.say('waiting.same', { name, machine })),
      ),
    );
    const admit = button(
      words.say('waiting.admit', { name: one.name }),
      { class: 'primary' },
      () =>
        void run(all, async () => {
          welcome(await api.admit(one.id, digits, Number(same.value) || undefined));
          drop(one.id);
        }),
    );
    const refuse = button(
      words.say('waiting.refuse'),
      {},
      () =>
        void run(all, async () => {
          await api.refuse(one.id);
          drop(one.id);
        }),
    );
    const later = button(
      words.say('waiting.later'),
      { class: 'quiet' },
      () =>
        void run(all, async () => {
          await api.deselect();
          replace({ ...one, digits: null, machineAnswer: null });
        }),
    );
    const all = [admit, refuse, later];
    return [
      h('p', { class: 'digits num', 'aria-label': digits.split('').join(' ') }, groupDigits(digits)),
      h('p', null, words.say('waiting.compare', { name: one.name })),
      answerLine(one),
      one.earlier.length > 0 ? same : null,
      h('div', { class: 'buttons' }, one.machineAnswer === 'no' ? null : admit, refuse, later),
    ];
  };
  const item = (one: Waiting): HTMLElement =>
    h(
      'li',
      { class: `card${one.digits === null ? '' : ' chosen'}`, 'data-id': one.id },
      h(
        'div',
        { class: 'who-waits' },
        h('h2', null, one.name),
        h(
          'p',
          { class: 'soft' },
          [one.address, one.os, one.version].filter((text) => text !== '').join(' · '),
        ),
        h(
          'p',
          { class: 'soft' },
          words.say('waiting.since'),
          ' ',
          timeNode(format, one.sinceMs, clock.now()),
        ),
        one.connected ? null : h('p', { class: 'soft' }, words.say('waiting.gone')),
        h(
          'p',
          { class: 'soft mark-of-key' },
          words.say('waiting.key'),
          ' ',
          h('code', null, one.id.slice(0, 16).replace(/(.{4})(?=.)/g, '$1 ')),
        ),
      ),
      h('div', { class: 'deed' }, ...(one.digits === null ? idle(one) : chosen(one, one.digits))),
    );

  let shown = '';
  ends.add(
    connection.waiting.watch((waiting) => {
      const key = JSON.stringify(waiting);
      if (key === shown) return;
      shown = key;
      list.replaceChildren(...waiting.map(item));
      empty.hidden = waiting.length > 0;
    }),
  );
  return { node, title: words.say('waiting.title'), stop: () => ends.all() };
}
