/** What may be done to something that a person made: changed, or removed after one more question. */
import { type Child, h } from '../../dom/h.ts';
import { button } from '../parts.ts';
import { asking } from '../settled.ts';
import type { WatchPage, WatchWords } from './index.ts';
import { mayManage } from './parts.ts';

type Removal = {
  /** On the button, where it is another word. */
  text?: string;
  /** What is asked, with its name. */
  title: string;
  consequence: string;
  run(buttons: HTMLButtonElement[]): Promise<void>;
};

export function removing(words: WatchWords, o: Removal): HTMLElement[] {
  return asking(words, { text: words.say('form.remove'), yes: words.say('form.removeYes'), ...o });
}

/** Beside a row; nothing for those that may only look. */
export function rowDeeds(page: WatchPage, change: () => void, ...more: Child[]): HTMLElement | null {
  if (!mayManage(page)) return null;
  return h(
    'div',
    { class: 'buttons' },
    button(page.words.say('form.change'), { class: 'quiet' }, change),
    ...more,
  );
}
