/** "Admit all" for ten minutes: begun by a hold, counted while it lasts, ended by a press. */
import { head, large, paragraph } from './parts.ts';
import type { Screen } from './screen.ts';

export const admitAllScreen: Screen = {
  draw(canvas, view) {
    head(canvas, view, view.say('admitAll'));
    const { openHouse } = view.state;
    if (openHouse === null) {
      paragraph(canvas, 12, view.say('admitAllText'), { lines: 4, step: 10 });
      return;
    }
    const leftS = Math.max(0, Math.ceil((openHouse.endsMs - view.nowMs) / 1000));
    large(canvas, 14, `${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')}`);
    canvas.center(38, view.say('cameIn', openHouse.admitted, openHouse.most));
  },
  offers(view) {
    if (view.busy || view.state.ingest.is !== 'here') return {};
    if (view.state.openHouse !== null)
      return { press: { label: view.say('stopNow'), action: { kind: 'close-house' } } };
    return {
      press: { label: view.say('next'), action: { kind: 'go', screen: 'page-certificate' } },
      hold: { label: view.say('allIn'), action: { kind: 'open-house' } },
    };
  },
};
