/** The usual door: name and password. And what all doors look like. */
import type { Door, View } from '../context.ts';
import { h } from '../dom/h.ts';
import { demand, type Field, field, formNode } from './form.ts';

export function doorView(
  door: Door,
  o: {
    title: string;
    intro: string;
    fields: readonly Field[];
    verb: string;
    send(): Promise<void>;
    ways?: readonly Way[];
  },
): View {
  const ways = (o.ways ?? []).map(({ path, text }) => h('li', null, h('a', { href: path }, text)));
  const node = h(
    'div',
    { class: 'door' },
    formNode({
      ...{ words: door.words, fields: o.fields, verb: o.verb, send: o.send, class: 'card' },
      head: [h('h1', null, o.title), h('p', null, o.intro)],
    }),
    ways.length === 0 ? null : h('ul', { class: 'ways' }, ...ways),
  );
  queueMicrotask(() => o.fields[0]?.input.focus());
  return { node, title: o.title, stop: () => undefined };
}

type Way = { path: string; text: string };

export const nameField = (door: Door, hint: string | null): Field =>
  field('name', door.words.say('door.name'), hint, {
    autocomplete: 'username',
    autocapitalize: 'off',
    maxlength: 64,
  });

export const typedName = (name: Field): string => name.input.value.trim();

/** As it is after any of these: whoever came in by an address of a door goes on to the overview. */
export async function goIn(door: Door): Promise<void> {
  if (location.pathname === '/recovery' || location.pathname === '/invitation')
    history.replaceState(null, '', '/');
  await door.enter();
}

export function signInView(door: Door): View {
  const { words } = door;
  const name = nameField(door, null);
  const password = field('password', words.say('door.password'), null, {
    type: 'password',
    autocomplete: 'current-password',
  });
  return doorView(door, {
    title: words.say('signIn.title'),
    intro: words.say('signIn.intro'),
    fields: [name, password],
    verb: words.say('signIn.verb'),
    ways: [
      { path: '/invitation', text: words.say('door.toInvitation') },
      { path: '/recovery', text: words.say('door.toRecovery') },
    ],
    async send() {
      demand(name, typedName(name) !== '', words.say('door.nameMissing'));
      demand(password, password.input.value !== '', words.say('door.passwordMissing'));
      await door.api.signIn({ name: typedName(name), password: password.input.value });
      await goIn(door);
    },
  });
}
