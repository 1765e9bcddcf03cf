/** Pieces that several screens share: the head line, the foot line, a fading of old data. */
import type { Canvas } from '../canvas.ts';
import { ends, shorten, wrap } from '../fit.ts';
import { clockTime, moment } from '../format.ts';
import { staleSinceMs } from '../state.ts';
import type { Offers, View } from './screen.ts';

const footY = 56;
/** Where the right half begins: nine letters. */
export const asideX = 72;

/** Title on the left, the time on the right. */
export function head(canvas: Canvas, view: View, title: string): void {
  canvas.text(1, 0, ends(title, clockTime(view.nowMs, view.language)));
  canvas.line(8);
}

export function footText(view: View, offers: Offers): string {
  const left = offers.press ? `${view.say('press')} ${offers.press.label}` : '';
  const right = offers.hold ? `${view.say('hold')} ${offers.hold.label}` : '';
  return ends(left, right);
}

/** The last line; inverted while a hold is armed: let go now and it is done. */
export function foot(canvas: Canvas, view: View, offers: Offers, armed: boolean): void {
  canvas.dotted(54);
  canvas.text(1, footY, footText(view, offers));
  if (armed && offers.hold) canvas.invert(0, footY - 1, 128, 9);
}

/** The same beside a picture that fills the left half. */
export function aside(canvas: Canvas, view: View, { press, hold }: Offers, armed: boolean): void {
  if (press) canvas.text(asideX, footY - 10, `${view.say('press')} ${press.label}`);
  if (hold) canvas.text(asideX, footY, `${view.say('hold')} ${hold.label}`);
  if (armed && hold) canvas.invert(asideX - 1, footY - 1, 128 - asideX + 1, 9);
}

/** Says in a loud bar that what is shown is the last known state; null when it is fresh. */
export function staleText(view: View): string | null {
  const sinceMs = staleSinceMs(view.state);
  return sinceMs === null ? null : view.say('stale', moment(sinceMs, view.nowMs, view.language));
}

export function banner(canvas: Canvas, y: number, text: string): void {
  canvas.center(y + 1, shorten(text));
  canvas.invert(0, y, 128, 9);
}

/** As large as fits: twice if the text is short enough, else shortened at twice the size. */
export function large(canvas: Canvas, y: number, text: string): void {
  canvas.center(y, shorten(text, 10), 2);
}

export function paragraph(canvas: Canvas, y: number, text: string, o: { lines: number; step: number }): void {
  for (const [at, line] of wrap(text, o.lines).entries()) canvas.text(1, y + at * o.step, line);
}
