/** One's own name, password and sessions, and the ways to what admins look after. */
import type { OpenSession } from '../api/account.ts';
import type { View } from '../context.ts';
import { h } from '../dom/h.ts';
import { timeNode } from '../dom/time.ts';
import { demand, field, formNode } from './form.ts';
import { newPassword } from './new-password.ts';
import { button } from './parts.ts';
import { putBackSection } from './put-back.ts';
import { type HousePage, rows, section } from './settled.ts';

export function accountView(page: HousePage): View {
  const { words, session } = page;
  const name = session.user?.name ?? '';
  const role = session.user?.role ?? '';
  const node = h(
    'div',
    { class: 'account' },
    h('h1', null, words.say('account.title')),
    h('p', null, words.say('account.who', { name, role: words.maybe(`role.${role}`, role) })),
    role === 'admin' ? adminWays(page) : null,
    sessions(page),
    password(page, name),
    rename(page, name),
    role === 'admin' ? putBackSection(page) : null,
  );
  return { node, title: words.say('account.title'), stop: () => undefined };
}

function adminWays({ words }: HousePage): HTMLElement {
  const ways = [
    { path: '/people', word: 'people.title' },
    { path: '/enrolment', word: 'enrolment.title' },
    { path: '/programs', word: 'programs.title' },
    { path: '/certificate', word: 'certificate.title' },
  ] as const;
  const link = ({ path, word }: (typeof ways)[number]) =>
    h('li', null, h('a', { href: path }, words.say(word)));
  return section(words.say('account.admin'), null, h('ul', { class: 'ways' }, ...ways.map(link)));
}

function sessions(page: HousePage): HTMLElement {
  const { words, api, format, clock } = page;
  const list = rows<OpenSession>(
    words,
    () => api.sessions(),
    (one) => {
      const end = button(
        words.say('sessions.end'),
        { class: 'quiet' },
        () => void list.act([end], () => api.endSession(one.id)),
      );
      return h(
        'li',
        null,
        h(
          'div',
          null,
          h('strong', null, one.browser === '' ? words.say('sessions.program') : one.browser),
          h('span', { class: 'soft' }, ` · ${one.from} · `),
          timeNode(format, one.startedMs, clock.now()),
        ),
        one.current ? h('span', { class: 'soft' }, words.say('sessions.here')) : end,
      );
    },
  );
  const others = button(
    words.say('sessions.endOthers'),
    {},
    () => void list.act([others], () => api.endOtherSessions()),
  );
  void list.load();
  return section(words.say('sessions.title'), words.say('sessions.intro'), list.node, others);
}

const current = (page: HousePage, id: string) => {
  const own = field(id, page.words.say('account.current'), null, {
    type: 'password',
    autocomplete: 'current-password',
  });
  own.input.name = 'password';
  return own;
};

function password(page: HousePage, name: string): HTMLElement {
  const { words, api } = page;
  const own = current(page, 'current-password');
  const next = newPassword(words, 'next', () => name);
  const done = h('p', { class: 'done', role: 'status' });
  const form = formNode({
    words,
    fields: [own, ...next.fields],
    verb: words.say('account.changePassword'),
    more: [done],
    async send() {
      done.replaceChildren();
      demand(own, own.input.value !== '', words.say('door.passwordMissing'));
      await api.changePassword({ password: own.input.value, next: next.read() });
      form.reset();
      done.replaceChildren(words.say('account.passwordChanged'));
    },
  });
  return section(words.say('account.password'), words.say('account.passwordIntro'), form);
}

function rename(page: HousePage, before: string): HTMLElement {
  const { words, api } = page;
  const name = field('name', words.say('door.name'), null, {
    maxlength: 64,
    value: before,
    autocomplete: 'username',
  });
  const own = current(page, 'current-for-name');
  const form = formNode({
    words,
    fields: [name, own],
    verb: words.say('account.rename'),
    async send() {
      demand(name, name.input.value.trim() !== '', words.say('door.nameMissing'));
      demand(own, own.input.value !== '', words.say('door.passwordMissing'));
      await api.rename({ name: name.input.value.trim(), password: own.input.value });
      await page.enter();
    },
  });
  return section(words.say('account.name'), null, form);
}
