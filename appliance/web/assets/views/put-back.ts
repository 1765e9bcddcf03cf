/** Putting the box back to as it was new, for an admin: what goes, the password, and the box's name typed by hand. */
import { h } from '../dom/h.ts';
import { demand, field, formNode } from './form.ts';
import { type HousePage, section } from './settled.ts';

export function putBackSection({ words, api, session }: HousePage): HTMLElement {
  const { name } = session.box;
  const own = field('password-to-put-back', words.say('account.current'), null, {
    type: 'password',
    autocomplete: 'current-password',
  });
  own.input.name = 'password';
  const typed = field('box-name', words.say('putBack.name'), words.say('putBack.nameHint', { name }), {
    autocomplete: 'off',
    spellcheck: 'false',
  });
  typed.input.name = 'name';
  const asked = h('details', { class: 'put-back' });
  const form = formNode({
    words,
    fields: [own, typed],
    verb: words.say('putBack.verb'),
    async send() {
      demand(own, own.input.value !== '', words.say('door.passwordMissing'));
      const given = typed.input.value.trim();
      demand(typed, given.toLowerCase() === name.toLowerCase(), words.say('putBack.nameWrong', { name }));
      await api.putBack({ password: own.input.value, name: given });
      asked.replaceChildren(h('p', { class: 'done', role: 'status' }, words.say('putBack.begun')));
    },
  });
  asked.append(h('summary', null, words.say('putBack.open')), h('p', null, words.say('putBack.text')), form);
  return section(words.say('putBack.title'), words.say('putBack.intro'), asked);
}
