/** The doors that few need: the very first sign-in, an invitation, and a new password with the code of the box's screen. */
import type { View } from '../context.ts';
import { demand, type Field, field } from './form.ts';
import { newPassword } from './new-password.ts';
import { tidyCode } from './password.ts';
import type { HouseDoor } from './settled.ts';
import { doorView, goIn, nameField, typedName } from './sign-in.ts';

function codeField(door: HouseDoor, hint: string, placeholder: string): Field {
  return field('code', door.words.say('first.code'), hint, {
    autocomplete: 'one-time-code',
    autocapitalize: 'characters',
    spellcheck: 'false',
    class: 'code',
    placeholder,
  });
}

function screenCode(door: HouseDoor, hint: string): { code: Field; read(): string } {
  const code = codeField(door, hint, '7QK-4MD');
  code.input.addEventListener('change', () => {
    code.input.value = tidyCode(code.input.value);
  });
  return {
    code,
    read() {
      const typed = tidyCode(code.input.value);
      demand(code, typed.length === 7, door.words.say('first.codeMissing'));
      return typed;
    },
  };
}

export function firstView(door: HouseDoor): View {
  const { words } = door;
  const { code, read } = screenCode(door, words.say('first.codeHint'));
  const name = nameField(door, words.say('first.nameHint'));
  const password = newPassword(words, 'password', () => typedName(name));
  return doorView(door, {
    title: words.say('first.title'),
    intro: words.say('first.intro'),
    fields: [code, name, ...password.fields],
    verb: words.say('first.verb'),
    async send() {
      const typed = read();
      demand(name, typedName(name) !== '', words.say('door.nameMissing'));
      await door.api.firstSignIn({ code: typed, name: typedName(name), password: password.read() });
      await goIn(door);
    },
  });
}

export function invitationView(door: HouseDoor): View {
  const { words } = door;
  const code = codeField(door, words.say('invitation.codeHint'), 'XXXX-XXXX-XXXX');
  const name = nameField(door, words.say('invitation.nameHint'));
  const password = newPassword(words, 'password', () => typedName(name));
  return doorView(door, {
    title: words.say('invitation.title'),
    intro: words.say('invitation.intro'),
    fields: [code, name, ...password.fields],
    verb: words.say('invitation.verb'),
    ways: [{ path: '/', text: words.say('door.toSignIn') }],
    async send() {
      demand(code, code.input.value.trim() !== '', words.say('invitation.codeMissing'));
      demand(name, typedName(name) !== '', words.say('door.nameMissing'));
      const body = { code: code.input.value, name: typedName(name), password: password.read() };
      await door.api.followInvitation(body);
      await goIn(door);
    },
  });
}

export function recoveryView(door: HouseDoor): View {
  const { words } = door;
  const { code, read } = screenCode(door, words.say('recovery.codeHint'));
  const name = nameField(door, words.say('recovery.nameHint'));
  const password = newPassword(words, 'password', () => typedName(name));
  return doorView(door, {
    title: words.say('recovery.title'),
    intro: words.say('recovery.intro'),
    fields: [code, name, ...password.fields],
    verb: words.say('recovery.verb'),
    ways: [{ path: '/', text: words.say('door.toSignIn') }],
    async send() {
      const typed = read();
      demand(name, typedName(name) !== '', words.say('door.nameMissing'));
      await door.api.recover({ code: typed, name: typedName(name), password: password.read() });
      door.announce(words.say('recovery.done'));
      await goIn(door);
    },
  });
}
