/** First start: where to sign in, and the code that proves that a person stands in front of the box. */
import { shorten } from '../fit.ts';
import { bare } from './address.ts';
import { head, large } from './parts.ts';
import type { Screen } from './screen.ts';

export const codeScreen: Screen = {
  draw(canvas, view) {
    head(canvas, view, view.say('welcome'));
    const urls = view.state.address?.urls ?? [];
    for (const [at, url] of urls.slice(0, 2).entries()) canvas.text(1, 11 + at * 9, shorten(bare(url)));
    large(canvas, 30, view.state.address?.code ?? '');
    canvas.center(46, shorten(view.say('codeHint')));
  },
  offers(view) {
    return { press: { label: view.say('next'), action: { kind: 'go', screen: 'overview' } } };
  },
};
