/** Who may sign in: invite, change the role, invite again, remove. */
import { type Invitation, type Person, roles } from '../api/account.ts';
import type { View } from '../context.ts';
import { h } from '../dom/h.ts';
import { timeNode } from '../dom/time.ts';
import { demand, field, formNode } from './form.ts';
import { asking, choice, type HousePage, rows, secretBox, section } from './settled.ts';

export function peopleView(page: HousePage): View {
  const { words, api, session } = page;
  const told = h('div');
  const roleOptions = roles.map((value) => ({ value, text: words.say(`role.${value}`) }));
  const tell = ({ person, code }: Invitation): void => {
    const text = words.say('people.codeText', { name: person.name, address: `${location.host}/invitation` });
    told.replaceChildren(secretBox(words.say('people.code', { name: person.name }), text, code));
  };
  const list = rows<Person>(
    words,
    () => api.people(),
    (one) => {
      const own = one.name === session.user?.name;
      const role = choice(
        `role-${one.id}`,
        words.say('people.roleOf', { name: one.name }),
        roleOptions,
        one.role,
      );
      role.node.querySelector('label')?.classList.add('sr');
      role.select.addEventListener(
        'change',
        () => void list.act([], () => api.setRole(one.id, role.value())),
      );
      const remove = asking(words, {
        text: words.say('people.remove'),
        title: words.say('people.removeTitle', { name: one.name }),
        consequence: words.say('people.removeText', { name: one.name }),
        yes: words.say('people.removeYes', { name: one.name }),
        run: (buttons) => list.act(buttons, () => api.removePerson(one.id)),
      });
      const again = asking(words, {
        text: words.say('people.again'),
        title: words.say('people.againTitle', { name: one.name }),
        consequence: words.say('people.againText', { name: one.name }),
        yes: words.say('people.againYes'),
        run: (buttons) => list.act(buttons, async () => tell(await api.inviteAgain(one.id))),
      });
      return h(
        'li',
        null,
        h('div', null, h('strong', null, one.name), ...note(page, one, own)),
        h('div', { class: 'buttons' }, role.node, ...(own ? [] : [...again, ...remove])),
      );
    },
  );
  const name = field('name', words.say('door.name'), words.say('people.nameHint'), {
    maxlength: 64,
    autocomplete: 'off',
  });
  const role = choice('role', words.say('people.role'), roleOptions, 'viewer');
  const form = formNode({
    words,
    fields: [name],
    more: [
      role.node,
      h('ul', { class: 'soft hints' }, ...roles.map((one) => h('li', null, words.say(`role.${one}.text`)))),
    ],
    verb: words.say('people.invite'),
    async send() {
      demand(name, name.input.value.trim() !== '', words.say('door.nameMissing'));
      tell(await api.invite({ name: name.input.value.trim(), role: role.value() }));
      name.input.value = '';
      await list.load();
    },
  });
  void list.load();
  const node = h(
    'div',
    { class: 'account' },
    h('h1', null, words.say('people.title')),
    told,
    section(words.say('people.who'), null, list.node),
    section(words.say('people.new'), words.say('people.newText'), form),
  );
  return { node, title: words.say('people.title'), stop: () => undefined };
}

function note({ words, format, clock }: HousePage, one: Person, own: boolean): (HTMLElement | string)[] {
  if (own) return [h('span', { class: 'soft' }, ` · ${words.say('people.you')}`)];
  if (one.hasPassword)
    return [h('span', { class: 'soft' }, ' · '), timeNode(format, one.createdMs, clock.now())];
  const until = one.invitedUntilMs === null ? '' : format.exact(one.invitedUntilMs);
  return [h('span', { class: 'soft' }, ` · ${words.say('people.invited', { time: until })}`)];
}
