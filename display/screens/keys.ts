/** The fingerprints of the box, to compare with what a browser (certificate, key) and an agent (box key) say. */
import type { Canvas } from '../canvas.ts';
import { head } from './parts.ts';
import type { Screen, View } from './screen.ts';

function draw(canvas: Canvas, view: View, title: string, key: string | undefined): void {
  head(canvas, view, title);
  if (!key) canvas.text(1, 14, view.say('unknownKey'));
  const groups = key?.toUpperCase().match(/.{1,4}/g) ?? [];
  for (let row = 0; row < 4; row++)
    canvas.text(1, 13 + row * 10, groups.slice(row * 4, row * 4 + 4).join(' '));
}

export const pageCertificateScreen: Screen = {
  draw: (canvas, view) =>
    draw(canvas, view, view.say('pageCertificate'), view.state.address?.certificateFingerprint),
  offers: (view) => ({
    press: { label: view.say('next'), action: { kind: 'go', screen: 'page-key' } },
    hold: { label: view.say('back'), action: { kind: 'home' } },
  }),
};

export const pageKeyScreen: Screen = {
  draw: (canvas, view) => draw(canvas, view, view.say('pageKey'), view.state.address?.fingerprint),
  offers: (view) => ({
    press: { label: view.say('next'), action: { kind: 'go', screen: 'box-key' } },
    hold: { label: view.say('picture'), action: { kind: 'go', screen: 'page-key-picture' } },
  }),
};

export const boxKeyScreen: Screen = {
  draw: (canvas, view) => draw(canvas, view, view.say('boxKey'), view.state.door?.id),
  offers: (view) => ({
    press: { label: view.say('next'), action: { kind: 'go', screen: 'admit-all' } },
    hold: { label: view.say('picture'), action: { kind: 'go', screen: 'box-key-picture' } },
  }),
};
