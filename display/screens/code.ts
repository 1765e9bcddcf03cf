/** First start: where to sign in, and the code that proves that a person stands in front of the box. */
import { columns, shorten, wrap } from '../fit.ts';
import { typedUrls } from './address.ts';
import { head, large } from './parts.ts';
import type { Screen } from './screen.ts';

export const codeScreen: Screen = {
  draw(canvas, view) {
    head(canvas, view, view.say('welcome'));
    const urls = typedUrls(view.state.address?.urls ?? []);
    const whole = urls.filter((url) => url.length <= columns);
    // An address that is cut off helps nobody: rather one over two lines.
    const shown = whole.length > 0 ? whole.slice(0, 2) : wrap(urls[0] ?? '', 2);
    for (const [at, line] of shown.entries()) canvas.text(1, 11 + at * 9, line);
    large(canvas, 30, view.state.address?.code ?? '');
    canvas.center(46, shorten(view.say('codeHint')));
  },
  offers(view) {
    return { press: { label: view.say('next'), action: { kind: 'go', screen: 'overview' } } };
  },
};
