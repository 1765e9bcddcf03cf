/** Pieces of the pages about people: a list that loads itself, a choice, a question before something is lost, a secret. */

import type { AccountCalls } from '../api/account.ts';
import type { Api } from '../api/client.ts';
import type { Door, Page } from '../context.ts';
import { type Child, h } from '../dom/h.ts';
import type { peopleEn } from '../language/people.en.table.ts';
import type { Key, Words } from '../language/words.ts';
import { button, errorLine, errorText, whileBusy } from './parts.ts';

export type HouseWords = Words<Key | keyof typeof peopleEn>;
type Own = { words: HouseWords; api: Api & AccountCalls };
/** Page and door with the words and the calls of these pages. */
export type HousePage = Omit<Page, keyof Own> & Own;
export type HouseDoor = Omit<Door, keyof Own> & Own;

export function section(title: string, intro: string | null, ...rest: Child[]): HTMLElement {
  return h(
    'section',
    { class: 'card' },
    h('h2', null, title),
    intro === null ? null : h('p', { class: 'soft' }, intro),
    ...rest,
  );
}

/** Rows read from the box; `load` reads them again. */
export function rows<Row>(words: Words, read: () => Promise<Row[]>, draw: (row: Row) => HTMLElement) {
  const line = errorLine();
  const list = h('ul', { class: 'rows' });
  const node = h('div', null, line.node, list);
  let asked = 0;
  const load = async (): Promise<void> => {
    const mine = ++asked;
    try {
      const found = await read();
      if (mine !== asked) return;
      line.show(null);
      list.replaceChildren(...found.map(draw));
    } catch (error) {
      if (mine === asked) line.show(errorText(error, words));
    }
  };
  /** A deed on a row: what went wrong stands above the rows, and they are read again either way. */
  const act = async (buttons: readonly HTMLButtonElement[], deed: () => Promise<void>): Promise<void> => {
    try {
      await whileBusy(buttons, deed);
      await load();
    } catch (error) {
      await load();
      line.show(errorText(error, words));
    }
  };
  return { node, load, act };
}

export function choice<T extends string>(
  id: string,
  label: string,
  options: readonly { value: T; text: string }[],
  chosen: T,
): { node: HTMLElement; select: HTMLSelectElement; value(): T } {
  const select = h(
    'select',
    { id, name: id },
    ...options.map(({ value, text }) => h('option', { value, selected: value === chosen }, text)),
  );
  return {
    node: h('div', { class: 'field' }, h('label', { for: id }, label), select),
    select,
    value: () => select.value as T,
  };
}

/** A button that asks once more before it does what cannot be undone. */
export function asking(
  words: Words,
  o: {
    text: string;
    title: string;
    consequence: string;
    yes: string;
    run(buttons: HTMLButtonElement[]): Promise<void>;
  },
): HTMLElement[] {
  const yes = button(o.yes, { class: 'danger' }, () => void sure());
  const no = button(words.say('cancel'), { autofocus: true }, () => dialog.close());
  const dialog = h(
    'dialog',
    { 'aria-label': o.title },
    h('h2', null, o.title),
    h('p', null, o.consequence),
    h('div', { class: 'buttons' }, no, yes),
  );
  const sure = async (): Promise<void> => {
    dialog.close();
    await o.run([yes]);
  };
  return [button(o.text, { class: 'quiet' }, () => dialog.showModal()), dialog];
}

/** Something that is told once. */
export function secretBox(title: string, text: string, secret: string): HTMLElement {
  return h(
    'div',
    { class: 'secret', role: 'status' },
    h('h3', null, title),
    h('p', null, text),
    h('pre', { class: 'command', tabindex: 0 }, secret),
  );
}
