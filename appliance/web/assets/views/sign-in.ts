/** The two doors: the very first sign-in with the code from the box's screen, and every one after it. */
import { ApiError } from '../api/client.ts';
import type { Door, View } from '../context.ts';
import { h, type Props, setAttribute, setText } from '../dom/h.ts';
import { errorLine, errorText, whileBusy } from './parts.ts';
import { shortestPassword, strengthOf, tidyCode } from './password.ts';

type Field = { node: HTMLElement; input: HTMLInputElement; refuse(text: string | null): void };

function field(id: string, label: string, hint: string | null, props: Props): Field {
  const input = h('input', { id, name: id, required: true, maxlength: 256, ...props });
  const problem = h('span', { class: 'field-error', id: `${id}-error`, role: 'alert' });
  const help = hint === null ? null : h('span', { class: 'soft', id: `${id}-hint` }, hint);
  setAttribute(input, 'aria-describedby', `${help === null ? '' : `${id}-hint `}${id}-error`);
  return {
    node: h('div', { class: 'field' }, h('label', { for: id }, label), help, input, problem),
    input,
    refuse(text) {
      setText(problem, text ?? '');
      setAttribute(input, 'aria-invalid', text === null ? null : 'true');
    },
  };
}

function form(
  door: Door,
  title: string,
  intro: string,
  fields: readonly Field[],
  verb: string,
  send: () => Promise<void>,
): View {
  const line = errorLine();
  const submit = h('button', { type: 'submit', class: 'primary' }, verb);
  const onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    line.show(null);
    for (const one of fields) one.refuse(null);
    try {
      await whileBusy([submit], send);
    } catch (error) {
      if (error instanceof Refused) {
        error.field.refuse(error.message);
        error.field.input.focus();
        return;
      }
      // An answer that names a field stands beside that field.
      const path = error instanceof ApiError ? error.path?.split(/[./]/).pop() : undefined;
      const named = fields.find((one) => one.input.id === path);
      if (named === undefined) line.show(errorText(error, door.words));
      else {
        named.refuse(errorText(error, door.words));
        named.input.focus();
      }
    }
  };
  const node = h(
    'form',
    { class: 'card door', novalidate: true, on: { submit: (event) => void onSubmit(event) } },
    h('h1', null, title),
    h('p', null, intro),
    ...fields.map((one) => one.node),
    line.node,
    submit,
  );
  queueMicrotask(() => fields[0]?.input.focus());
  return { node, title, stop: () => undefined };
}

class Refused extends Error {
  readonly field: Field;
  constructor(field: Field, message: string) {
    super(message);
    this.field = field;
  }
}

function demand(one: Field, good: boolean, text: string): void {
  if (!good) throw new Refused(one, text);
}

export function signInView(door: Door): View {
  const { words } = door;
  const name = field('name', words.say('door.name'), null, {
    autocomplete: 'username',
    autocapitalize: 'off',
  });
  const password = field('password', words.say('door.password'), null, {
    type: 'password',
    autocomplete: 'current-password',
  });
  return form(
    door,
    words.say('signIn.title'),
    words.say('signIn.intro'),
    [name, password],
    words.say('signIn.verb'),
    async () => {
      demand(name, name.input.value.trim() !== '', words.say('door.nameMissing'));
      demand(password, password.input.value !== '', words.say('door.passwordMissing'));
      await door.api.signIn({ name: name.input.value.trim(), password: password.input.value });
      await door.enter();
    },
  );
}

export function firstView(door: Door): View {
  const { words } = door;
  const code = field('code', words.say('first.code'), words.say('first.codeHint'), {
    autocomplete: 'one-time-code',
    autocapitalize: 'characters',
    spellcheck: 'false',
    class: 'code',
    placeholder: '7QK-4MD',
  });
  const name = field('name', words.say('door.name'), words.say('first.nameHint'), {
    autocomplete: 'username',
    autocapitalize: 'off',
    maxlength: 64,
  });
  const password = field('password', words.say('first.password'), words.say('first.passwordHint'), {
    type: 'password',
    autocomplete: 'new-password',
  });
  const again = field('again', words.say('first.again'), null, {
    type: 'password',
    autocomplete: 'new-password',
  });
  const hint = h('p', { class: 'strength', 'aria-live': 'polite' });
  password.node.append(hint);
  const judge = (): void => {
    const strength = strengthOf(password.input.value, name.input.value.trim());
    hint.dataset.strength = strength;
    setText(hint, strength === 'empty' ? '' : words.say(`strength.${strength}`));
  };
  password.input.addEventListener('input', judge);
  name.input.addEventListener('input', judge);
  code.input.addEventListener('change', () => {
    code.input.value = tidyCode(code.input.value);
  });
  const fields = [code, name, password, again];
  return form(
    door,
    words.say('first.title'),
    words.say('first.intro'),
    fields,
    words.say('first.verb'),
    async () => {
      const typed = tidyCode(code.input.value);
      demand(code, typed.length === 7, words.say('first.codeMissing'));
      demand(name, name.input.value.trim() !== '', words.say('door.nameMissing'));
      demand(password, password.input.value.length >= shortestPassword, words.say('strength.short'));
      demand(again, again.input.value === password.input.value, words.say('first.differs'));
      await door.api.firstSignIn({
        code: typed,
        name: name.input.value.trim(),
        password: password.input.value,
      });
      await door.enter();
    },
  );
}
