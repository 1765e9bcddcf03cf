/** After ten seconds of holding: where to type the code that stands here, with which a password is set anew. */
import { columns, shorten } from '../fit.ts';
import { typedUrls } from './address.ts';
import { head, large, paragraph } from './parts.ts';
import type { Screen, View } from './screen.ts';

export const recoveryScreen: Screen = {
  draw(canvas, view) {
    head(canvas, view, view.say('recovery'));
    const code = view.state.address?.recovery ?? null;
    if (code === null) {
      paragraph(canvas, 13, view.say(view.busy ? 'recoveryWait' : 'recoveryHidden'), { lines: 4, step: 10 });
      return;
    }
    const urls = typedUrls(view.state.address?.urls ?? []).map((url) => `${url}/recovery`);
    const whole = urls.filter((url) => url.length <= columns);
    canvas.text(1, 14, shorten(whole[0] ?? typedUrls(view.state.address?.urls ?? [])[0] ?? ''));
    large(canvas, 28, code);
    canvas.center(46, shorten(view.say('recoveryHint')));
  },
  offers: (view) => ({
    ...(view.state.address?.recovery
      ? {
          press: { label: view.say('next'), action: { kind: 'go', screen: 'overview' } },
          hold: { label: view.say('resetAsk'), action: { kind: 'go', screen: 'reset' } },
        }
      : { press: { label: view.say('back'), action: { kind: 'home' } } }),
  }),
};

/** The same view for whoever looks from elsewhere: a code that proves that somebody stands here must not travel. */
export function withoutSecret(view: View): View {
  const { address } = view.state;
  if (!address?.recovery) return view;
  return { ...view, busy: false, state: { ...view.state, address: { ...address, recovery: null } } };
}
