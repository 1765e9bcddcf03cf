/** Small pieces that several views share. */
import { ApiError } from '../api/client.ts';
import { type Child, h, type Props } from '../dom/h.ts';
import { icon } from '../dom/icons.ts';
import type { Words } from '../language/words.ts';

/** The box's own sentence where it gave one; it already speaks the page's language. */
export function errorText(error: unknown, words: Words): string {
  if (error instanceof ApiError && error.code !== 'UNREACHABLE') return error.message;
  if (error instanceof ApiError) return words.say('error.unreachable');
  return words.say('error.page', { problem: error instanceof Error ? error.message : String(error) });
}

export function errorLine(): { node: HTMLElement; show(text: string | null): void } {
  const node = h('p', { class: 'error', role: 'alert', hidden: true });
  return {
    node,
    show(text) {
      node.hidden = text === null;
      if (text === null) node.replaceChildren();
      else node.replaceChildren(icon('bad'), h('span', null, text));
    },
  };
}

export function button(text: string, props: Props, run: () => void): HTMLButtonElement {
  return h('button', { type: 'button', ...props, on: { click: run } }, text);
}

/** Keeps a button from being pressed twice while its wish is under way. */
export async function whileBusy(
  buttons: readonly HTMLButtonElement[],
  run: () => Promise<void>,
): Promise<void> {
  for (const one of buttons) one.disabled = true;
  try {
    await run();
  } finally {
    for (const one of buttons) one.disabled = false;
  }
}

export function teach(title: string | null, ...lines: Child[]): HTMLElement {
  return h('section', { class: 'card teach' }, title === null ? null : h('h2', null, title), ...lines);
}

/** A fingerprint as the box's screen writes it, and as browsers do. */
export const groups = (hex: string): string => hex.toUpperCase().replace(/(.{4})(?=.)/g, '$1 ');
export const pairs = (hex: string): string => hex.toUpperCase().replace(/(..)(?=.)/g, '$1:');
