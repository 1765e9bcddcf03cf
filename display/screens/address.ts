/** Where the page is: its addresses, as a person types them. */
import { shorten, wrap } from '../fit.ts';
import { head, paragraph } from './parts.ts';
import type { Screen } from './screen.ts';

export const addressScreen: Screen = {
  draw(canvas, view) {
    head(canvas, view, view.say('address'));
    const { address, door } = view.state;
    const urls = typedUrls(address?.urls ?? []);
    if (urls.length === 0) {
      paragraph(canvas, 14, view.say('noAddress'), { lines: 3, step: 9 });
      return;
    }
    const shown = urls.slice(0, 3).flatMap((url) => wrap(url, 2));
    const also = (door?.addresses ?? []).filter((ip) => !urls.some((url) => url.includes(ip)));
    for (const [at, line] of [...shown, ...also].slice(0, 4).entries())
      canvas.text(1, 12 + at * 10, shorten(line));
  },
  offers(view) {
    return {
      press: { label: view.say('next'), action: { kind: 'home' } },
      hold: { label: view.say('picture'), action: { kind: 'go', screen: 'address-picture' } },
    };
  },
};

/** What a person types, from another machine: without the scheme, which browsers add or are led to, and without this one. */
export function typedUrls(urls: readonly string[]): string[] {
  const bare = urls.map((url) => url.replace(/^https:\/\//, '').replace(/\/$/, ''));
  const elsewhere = bare.filter((url) => !url.startsWith('localhost'));
  return elsewhere.length > 0 ? elsewhere : bare;
}
