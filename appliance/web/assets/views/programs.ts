/** API tokens: what programs come in with. */
import { type ApiToken, type Role, roles, type Scope, scopes } from '../api/account.ts';
import type { View } from '../context.ts';
import { h } from '../dom/h.ts';
import { timeNode } from '../dom/time.ts';
import { demand, field, formNode } from './form.ts';
import { asking, choice, type HousePage, rows, secretBox, section } from './settled.ts';

const lives = ['30', '90', '365', 'never'] as const;

export function programsView(page: HousePage): View {
  const { words, api } = page;
  const told = h('div');
  const act: Act = (buttons, deed) => list.act(buttons, deed);
  const draw = (one: ApiToken): HTMLElement =>
    h('li', null, describe(page, one), h('div', { class: 'buttons' }, ...endButton(page, one, act)));
  const list = rows<ApiToken>(words, () => api.apiTokens(), draw);
  const form = newToken(page, async (wanted) => {
    const { secret, token } = await api.makeApiToken(wanted);
    const title = words.say('programs.made', { name: token.name });
    told.replaceChildren(secretBox(title, words.say('programs.madeText'), secret));
    await list.load();
  });
  void list.load();
  const node = h(
    'div',
    { class: 'account' },
    h('h1', null, words.say('programs.title')),
    h('p', null, words.say('programs.intro')),
    told,
    section(words.say('programs.list'), null, list.node),
    section(words.say('programs.new'), null, form),
  );
  return { node, title: words.say('programs.title'), stop: () => undefined };
}

function describe({ words, format, clock }: HousePage, one: ApiToken): HTMLElement {
  const may = `${words.say(`role.${one.role}`)}: ${one.scopes.map((scope) => words.say(`scope.${scope}`)).join(', ')}`;
  const ends =
    one.expiresMs === null
      ? words.say('programs.forever')
      : words.say('programs.until', { time: format.exact(one.expiresMs) });
  const used =
    one.usedMs === null
      ? [words.say('programs.unused')]
      : [words.say('programs.used'), ' ', timeNode(format, one.usedMs, clock.now())];
  return h(
    'div',
    null,
    h('strong', null, one.name),
    h('p', { class: 'soft' }, may),
    h('p', { class: 'soft' }, `${words.say('programs.madeBy', { name: one.madeBy })} · ${ends}`),
    h('p', { class: 'soft' }, ...used, one.usedFrom === null ? null : ` · ${one.usedFrom}`),
  );
}

type Act = (buttons: readonly HTMLButtonElement[], deed: () => Promise<void>) => Promise<void>;

function endButton({ words, api }: HousePage, one: ApiToken, act: Act): HTMLElement[] {
  return asking(words, {
    text: words.say('programs.end'),
    title: words.say('programs.endTitle', { name: one.name }),
    consequence: words.say('programs.endText'),
    yes: words.say('programs.end'),
    run: (buttons) => act(buttons, () => api.endApiToken(one.id)),
  });
}

type Wanted = { name: string; role: Role; scopes: Scope[]; days: number | null };

function newToken({ words }: HousePage, make: (wanted: Wanted) => Promise<void>): HTMLElement {
  const name = field('name', words.say('programs.name'), words.say('programs.nameHint'), {
    maxlength: 64,
    autocomplete: 'off',
  });
  const options = roles.map((value) => ({ value, text: words.say(`role.${value}`) }));
  const role = choice('role', words.say('people.role'), options, 'viewer');
  const life = choice(
    'life',
    words.say('programs.life'),
    lives.map((value) => ({ value, text: words.say(`life.${value}`) })),
    '90',
  );
  const boxes = scopes.map((scope) => ({
    scope,
    input: h('input', { type: 'checkbox', id: `scope-${scope}`, checked: scope === 'read' }),
  }));
  const marks = boxes.map(({ scope, input }) =>
    h(
      'label',
      { class: 'check', for: `scope-${scope}` },
      input,
      h('span', null, words.say(`scope.${scope}.text`)),
    ),
  );
  return formNode({
    words,
    fields: [name],
    more: [
      role.node,
      h('fieldset', null, h('legend', null, words.say('programs.scopes')), ...marks),
      life.node,
    ],
    verb: words.say('programs.make'),
    async send() {
      demand(name, name.input.value.trim() !== '', words.say('programs.nameMissing'));
      const chosen = boxes.filter(({ input }) => input.checked).map(({ scope }) => scope);
      const days = life.value() === 'never' ? null : Number(life.value());
      await make({ name: name.input.value.trim(), role: role.value(), scopes: chosen, days });
      name.input.value = '';
    },
  });
}
