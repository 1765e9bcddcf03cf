/** The switch between the system's theme, light and dark. */
import { h } from './dom/h.ts';
import { icon } from './dom/icons.ts';
import type { Words } from './language/words.ts';
import { readStored, writeStored } from './stored.ts';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

function nextTheme(theme: string | null): Theme {
  const index = themes.indexOf((theme ?? 'system') as Theme);
  return themes[(Math.max(index, 0) + 1) % themes.length] ?? 'system';
}

export function themeSwitch(words: Words): HTMLButtonElement {
  const button = h('button', { type: 'button', class: 'quiet icon-only', on: { click: turn } });
  function show(): void {
    const theme = themes.find((known) => known === readStored('theme')) ?? 'system';
    const text = words.say(`theme.${theme}`);
    button.replaceChildren(icon(theme), h('span', { class: 'sr' }, text));
    button.title = text;
  }
  function turn(): void {
    const next = nextTheme(readStored('theme'));
    writeStored('theme', next === 'system' ? null : next);
    document.dispatchEvent(new Event('themewish'));
    show();
  }
  show();
  return button;
}
