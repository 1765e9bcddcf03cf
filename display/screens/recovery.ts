/** After ten seconds of holding: says honestly that recovery is not built yet and that nothing happened. */

import { head, paragraph } from './parts.ts';
import type { Screen } from './screen.ts';

export const recoveryScreen: Screen = {
  draw(canvas, view) {
    head(canvas, view, view.say('recovery'));
    paragraph(canvas, 11, view.say('recoveryText'), { lines: 5, step: 8 });
  },
  offers: (view) => ({ press: { label: view.say('back'), action: { kind: 'home' } } }),
};
