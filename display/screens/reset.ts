/** Back to as it was new: reached from the recovery screen alone, so only by whoever has held the button for ten seconds. */
import { head, paragraph } from './parts.ts';
import type { Screen } from './screen.ts';

export const resetScreen: Screen = {
  draw(canvas, view) {
    head(canvas, view, view.say('reset'));
    paragraph(canvas, 13, view.say(view.busy ? 'resetBusy' : 'resetText'), { lines: 4, step: 10 });
  },
  offers: (view) =>
    view.busy
      ? {}
      : {
          press: { label: view.say('no'), action: { kind: 'home' } },
          hold: { label: view.say('yes'), action: { kind: 'reset' } },
        },
};
