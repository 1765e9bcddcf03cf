/** Enrolment tokens: many machines come in by themselves, each token for so many and for so long. */
import type { EnrolmentToken } from '../api/types.ts';
import type { View } from '../context.ts';
import { h } from '../dom/h.ts';
import { demand, field, formNode } from './form.ts';
import { asking, choice, type HousePage, rows, secretBox, section } from './settled.ts';

const lives = ['1', '24', '168', '720'] as const;
const mostUses = 1000;

type Wanted = { label: string; uses: number; hours: number };
type Act = (buttons: readonly HTMLButtonElement[], deed: () => Promise<void>) => Promise<void>;

export function enrolmentView(page: HousePage): View {
  const { words, api } = page;
  const told = h('div');
  const act: Act = (buttons, deed) => list.act(buttons, deed);
  const draw = (one: EnrolmentToken): HTMLElement =>
    h('li', null, describe(page, one), h('div', { class: 'buttons' }, ...endButton(page, one, act)));
  const list = rows<EnrolmentToken>(words, () => api.enrolmentTokens(), draw);
  const form = newToken(page, async (wanted) => {
    const { token } = await api.makeEnrolmentToken(wanted);
    told.replaceChildren(
      secretBox(words.say('enrolment.made', { name: wanted.label }), words.say('enrolment.madeText'), token),
      ...(await linesWith(page, token)),
    );
    await list.load();
  });
  void list.load();
  const node = h(
    'div',
    { class: 'account' },
    h('h1', null, words.say('enrolment.title')),
    h('p', null, words.say('enrolment.intro')),
    told,
    section(words.say('enrolment.list'), null, list.node),
    section(words.say('enrolment.new'), null, form),
  );
  return { node, title: words.say('enrolment.title'), stop: () => undefined };
}

/** The lines of /get with the token behind them; without packages there are none. */
async function linesWith({ words, api }: HousePage, token: string): Promise<HTMLElement[]> {
  const { commands } = await api.install().catch(() => ({ commands: null }));
  if (commands === null) return [];
  const line = (title: string, command: string) => [
    h('h3', null, title),
    h('pre', { class: 'command', tabindex: 0 }, command),
  ];
  return [
    ...line(words.say('enrolment.shell'), shellLineWith(token, commands.linux)),
    // PowerShell may take the dashes of an unquoted option for an operator of its own.
    ...line(words.say('enrolment.powershell'), `${commands.windows} '--token=${token}'`),
  ];
}

/** In front of the script that comes through the pipe: behind the line it would stand in the list of processes and sudo's log. */
function shellLineWith(token: string, command: string): string {
  const [fetch, run] = command.split(' | ');
  return `{ echo netmonitor_token=${token}; ${fetch}; } | ${run}`;
}

function describe({ words, format }: HousePage, one: EnrolmentToken): HTMLElement {
  const left = words.say('enrolment.left', { left: one.left, uses: one.uses });
  const ends = one.expired
    ? words.say('enrolment.over')
    : words.say('programs.until', { time: format.exact(one.expiresMs) });
  return h(
    'div',
    null,
    h('strong', null, one.label === '' ? words.say('enrolment.nameless') : one.label),
    h('p', { class: 'soft' }, `${left} · ${ends}`),
    h('p', { class: 'soft' }, words.say('programs.madeBy', { name: one.by })),
  );
}

function endButton({ words, api }: HousePage, one: EnrolmentToken, act: Act): HTMLElement[] {
  return asking(words, {
    text: words.say('programs.end'),
    title: words.say('programs.endTitle', { name: one.label }),
    consequence: words.say('enrolment.endText'),
    yes: words.say('programs.end'),
    run: (buttons) => act(buttons, () => api.endEnrolmentToken(one.id)),
  });
}

function newToken({ words }: HousePage, make: (wanted: Wanted) => Promise<void>): HTMLElement {
  const label = field('label', words.say('programs.name'), words.say('enrolment.nameHint'), {
    maxlength: 100,
    autocomplete: 'off',
  });
  const uses = field('uses', words.say('enrolment.uses'), null, {
    type: 'number',
    min: 1,
    max: mostUses,
    value: 10,
  });
  const life = choice(
    'hours',
    words.say('programs.life'),
    lives.map((value) => ({ value, text: words.say(`enrolment.life.${value}`) })),
    '24',
  );
  return formNode({
    words,
    fields: [label, uses],
    more: [life.node],
    verb: words.say('programs.make'),
    async send() {
      const name = label.input.value.trim();
      const count = Number(uses.input.value);
      demand(label, name !== '', words.say('programs.nameMissing'));
      demand(
        uses,
        Number.isInteger(count) && count >= 1 && count <= mostUses,
        words.say('enrolment.usesWrong', { most: mostUses }),
      );
      await make({ label: name, uses: count, hours: Number(life.value()) });
      label.input.value = '';
    },
  });
}
