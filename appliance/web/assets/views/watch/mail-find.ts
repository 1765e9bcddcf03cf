/** The server that takes the mail of an address: looked for, said in words, and put into the fields of the form, which nobody has saved yet. */
import type { MailAnswer, MailOffer } from '../../api/watch.ts';
import { type Child, h } from '../../dom/h.ts';
import { icon } from '../../dom/icons.ts';
import { demand, field, Refused } from '../form.ts';
import { button, errorText, pairs, whileBusy } from '../parts.ts';
import type { WatchPage } from './index.ts';
import type { OptionField } from './option-fields.ts';
import { facts } from './parts.ts';

/** `options`: the fields of the form. */
export function mailFind(page: WatchPage, id: string, options: readonly OptionField[]): HTMLElement {
  const { words, watch } = page;
  const address = field(`${id}-find`, words.say('find.address'), words.say('find.hint'), {
    ...{ name: 'find', type: 'email', required: false, maxlength: 254, autocomplete: 'email' },
  });
  const found = h('div', { role: 'status' });
  const look = async (): Promise<void> => {
    address.refuse(null);
    const text = address.input.value.trim();
    try {
      demand(address, /^[^@\s]+@[^@\s]+$/.test(text), words.say('find.noAddress'));
      found.replaceChildren(h('p', { class: 'soft' }, words.say('find.looking')));
      await whileBusy([find], async () => {
        const offer = await watch.mailOffer(text);
        found.replaceChildren(offerNode(page, offer, takenOver(offer, text, options), options));
      });
    } catch (error) {
      found.replaceChildren();
      address.refuse(error instanceof Refused ? error.message : errorText(error, words));
      address.input.focus();
    }
  };
  const find = button(words.say('find.verb'), {}, () => void look());
  address.input.addEventListener('keydown', (event) => {
    if ((event as KeyboardEvent).key !== 'Enter') return;
    // Not the form: it is the search that this field is for.
    event.preventDefault();
    if (!find.disabled) void look();
  });
  return h('div', { class: 'find' }, h('div', { class: 'beside' }, address.node, find), found);
}

const fields = ['host', 'port', 'security', 'from', 'to'] as const;

type Filled = { name: (typeof fields)[number]; value: string; before: string; undo(): void };

/** What the search puts into the form; of who writes and who reads only where nothing stands yet. */
function takenOver({ host, suggestion }: MailOffer, text: string, options: readonly OptionField[]): Filled[] {
  if (suggestion === null) return [];
  const { port, security } = suggestion;
  const wanted = { host, port: String(port), security, from: text, to: text };
  return fields.flatMap((name) => {
    const input = options.find((one) => one.name === name)?.input;
    const value = wanted[name];
    const before = input?.value ?? value;
    const isOthers = (name === 'from' || name === 'to') && before.trim() !== '';
    if (input === undefined || before === value || isOthers) return [];
    input.value = value;
    const undo = (): void => {
      input.value = before;
    };
    return [{ name, value, before, undo }];
  });
}

function offerNode(
  page: WatchPage,
  offer: MailOffer,
  filled: readonly Filled[],
  options: readonly OptionField[],
): HTMLElement {
  const { words } = page;
  const { host, suggestion, answers, tried } = offer;
  const best = answers.find(({ port }) => port === suggestion?.port);
  const ports = h(
    'details',
    null,
    h('summary', null, words.say('find.each')),
    facts(words.say('find.tried', { servers: tried.join(', ') })),
    h('ul', null, ...answers.map((one) => h('li', null, portText(page, one)))),
  );
  if (suggestion === null || best === undefined)
    return h(
      'div',
      { class: 'said bad' },
      h('p', null, icon('bad'), ' ', words.say('find.nothing')),
      h('p', { class: 'soft' }, words.say('find.nothingText')),
      ports,
    );
  const shown = (name: string, value: string): string =>
    name === 'security' ? words.maybe(`choice.${value}`, value) : value;
  const isWell = best.security !== 'none' && best.doubt === null;
  const changes = h(
    'ul',
    null,
    ...filled.map(({ name, value, before }) =>
      h(
        'li',
        null,
        words.say('colon', { a: words.say(`find.field.${name}`), b: '' }),
        h('strong', null, shown(name, value)),
        before === ''
          ? null
          : h('span', { class: 'soft' }, ` (${words.say('find.before', { value: shown(name, before) })})`),
      ),
    ),
  );
  const back = button(words.say('find.back'), { class: 'quiet' }, () => {
    for (const { undo } of filled) undo();
    back.disabled = true;
  });
  return h(
    'div',
    { class: isWell ? 'said well' : 'said' },
    h(
      'p',
      null,
      icon(isWell ? 'well' : 'attention'),
      ' ',
      words.say(`find.${suggestion.security}`, { host, port: suggestion.port }),
    ),
    ...(best.doubt === null || best.fingerprint === null ? [] : doubtNodes(page, best, options)),
    ...(filled.length === 0
      ? [h('p', { class: 'soft' }, words.say('find.same'))]
      : [h('p', null, words.say('find.filled')), changes, h('div', { class: 'buttons' }, back)]),
    h('p', { class: 'soft' }, words.say('find.next')),
    ports,
  );
}

/** Nobody vouches for it: a person may, and does it with the fingerprint before the eyes. */
function doubtNodes(
  page: WatchPage,
  { fingerprint, doubt }: MailAnswer,
  options: readonly OptionField[],
): Child[] {
  const { words } = page;
  const own = options.find(({ name }) => name === 'fingerprint');
  const trust = button(words.say('channels.trust'), {}, () => {
    if (own !== undefined) own.input.value = fingerprint ?? '';
    trust.disabled = true;
    trusted.textContent = words.say('find.trusted');
  });
  const trusted = h('p', { role: 'status' });
  return [
    h('p', null, words.say('channels.fingerprint')),
    h('code', { class: 'print' }, pairs(fingerprint ?? '')),
    h('p', { class: 'soft' }, words.say('channels.fingerprintText'), ' ', doubtText(page, doubt)),
    own === undefined ? null : h('div', { class: 'buttons' }, trust),
    trusted,
  ];
}

/** What node says of certificates in capitals, in words; what it says in words as it is. */
const doubtText = ({ words }: WatchPage, doubt: string | null): string =>
  words.maybe(`doubt.${doubt}`, doubt ?? '');

function portText(page: WatchPage, { port, security, words: said, doubt }: MailAnswer): string {
  const { words } = page;
  if (security === null) return words.say('find.silent', { port, said });
  const text = words.say(`find.port.${security}`, { port });
  return doubt === null ? text : `${text} · ${doubtText(page, doubt)}`;
}
