/** What a phone reads off the glass: the page's address, and the keys of page and box, as QR codes. */
import { encode } from 'uqr';
import type { Canvas } from '../canvas.ts';
import { frameHeight } from '../client/types.ts';
import { wrap } from '../fit.ts';
import { typedUrls } from './address.ts';
import { asideX } from './parts.ts';
import type { Screen, View } from './screen.ts';

const ipv4 = /^\d+\.\d+\.\d+\.\d+/;
/** A code of 29 modules holds so many capitals; with two pixels each and the rim it is as high as the glass. */
const longest = 77;

/** The code on the left, lit around it as cameras expect; on the right what it says. */
function draw(canvas: Canvas, view: View, title: string, text: string | undefined): void {
  const code = text && text.length <= longest ? encode(text, { ecc: 'L', border: 0 }) : null;
  const fits = code !== null && code.size * 2 + 4 <= frameHeight;
  if (fits) {
    const edge = Math.floor((frameHeight - code.size * 2) / 2);
    canvas.fill(0, 0, frameHeight, frameHeight);
    for (const [y, row] of code.data.entries())
      for (const [x, dark] of row.entries()) if (dark) canvas.fill(edge + x * 2, edge + y * 2, 2, 2, false);
  }
  const lines = [...wrap(title, 2, 9), ...(fits ? [view.say('scan')] : wrap(view.say('unknownKey'), 3, 9))];
  for (const [at, line] of lines.entries()) canvas.text(asideX, 1 + at * 10, line);
}

/** Phones rarely resolve names of the network, so the number comes first. Capitals make the code coarser. */
function scanned(view: View): string | undefined {
  const urls = typedUrls(view.state.address?.urls ?? []);
  const url = urls.find((one) => ipv4.test(one)) ?? urls[0];
  return url === undefined ? undefined : `https://${url}/`.toUpperCase();
}

export const addressPicture: Screen = {
  tall: true,
  draw: (canvas, view) => draw(canvas, view, view.say('address'), scanned(view)),
  offers: (view) => ({
    press: { label: view.say('next'), action: { kind: 'go', screen: 'page-certificate' } },
    hold: { label: view.say('out'), action: { kind: 'home' } },
  }),
};

export const pageKeyPicture: Screen = {
  tall: true,
  draw: (canvas, view) =>
    draw(canvas, view, view.say('pageKey'), view.state.address?.fingerprint.toUpperCase()),
  offers: (view) => ({
    press: { label: view.say('next'), action: { kind: 'go', screen: 'box-key' } },
    hold: { label: view.say('out'), action: { kind: 'home' } },
  }),
};

export const boxKeyPicture: Screen = {
  tall: true,
  draw: (canvas, view) => draw(canvas, view, view.say('boxKey'), view.state.door?.id.toUpperCase()),
  offers: (view) => ({
    press: { label: view.say('next'), action: { kind: 'go', screen: 'admit-all' } },
    hold: { label: view.say('out'), action: { kind: 'home' } },
  }),
};
