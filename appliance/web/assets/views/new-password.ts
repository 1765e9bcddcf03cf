/** The two fields of a new password, with a word on how strong it is. */
import { h, setText } from '../dom/h.ts';
import { demand, type Field, field } from './form.ts';
import { isRefused, strengthOf } from './password.ts';
import type { HouseWords } from './settled.ts';

export type NewPassword = {
  fields: readonly Field[] /** Throws beside the field that does not fit. */;
  read(): string;
};

/** `id` is what the box calls it in an error. */
export function newPassword(words: HouseWords, id: string, name: () => string): NewPassword {
  const password = field(id, words.say('first.password'), words.say('first.passwordHint'), {
    type: 'password',
    autocomplete: 'new-password',
  });
  const again = field('again', words.say('first.again'), null, {
    type: 'password',
    autocomplete: 'new-password',
  });
  const hint = h('p', { class: 'strength', 'aria-live': 'polite' });
  password.node.append(hint);
  password.input.addEventListener('input', () => {
    const strength = strengthOf(password.input.value, name());
    hint.dataset.strength = isRefused(strength) ? 'refused' : strength;
    setText(hint, strength === 'empty' ? '' : words.say(`strength.${strength}`));
  });
  return {
    fields: [password, again],
    read() {
      const strength = strengthOf(password.input.value, name());
      const refused = strength === 'empty' ? 'badPassword' : strength;
      demand(password, !isRefused(strength), words.say(`strength.${refused}`));
      demand(again, again.input.value === password.input.value, words.say('first.differs'));
      return password.input.value;
    },
  };
}
