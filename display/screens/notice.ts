/** What came of something a person just did: admitted, sent away, or why it did not work. */

import { head, paragraph } from './parts.ts';
import type { Screen } from './screen.ts';

export const noticeScreen: Screen = {
  draw(canvas, view) {
    const { notice } = view;
    if (!notice) return;
    head(canvas, view, `${notice.good ? '✓' : '▲'} ${notice.title}`);
    paragraph(canvas, 13, notice.text, { lines: 4, step: 10 });
  },
  offers: (view) => ({ press: { label: view.say('ok'), action: { kind: 'home' } } }),
};
