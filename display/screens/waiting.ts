/** A machine wants to join: who it is, then the six digits that both sides must show. */
import type { Waiting } from '../../appliance/ingest/client/types.ts';
import type { Canvas } from '../canvas.ts';
import { ends, shorten } from '../fit.ts';
import { clockTime, moment } from '../format.ts';
import { large, paragraph } from './parts.ts';
import type { Offers, Screen, View } from './screen.ts';

export const waitingScreen: Screen = {
  draw(canvas, view) {
    const waiting = current(view);
    if (!waiting) return;
    const place =
      view.state.waiting.length > 1
        ? `${view.state.waiting.indexOf(waiting) + 1}/${view.state.waiting.length}`
        : clockTime(view.nowMs, view.language);
    canvas.text(1, 0, ends(view.say('wantsToJoin'), place));
    canvas.line(8);
    if (waiting.digits !== null) digits(canvas, view, waiting, waiting.digits);
    else if (view.busy) drawing(canvas, view, waiting);
    else who(canvas, view, waiting);
  },
  offers(view): Offers {
    const waiting = current(view);
    if (!waiting || (view.busy && waiting.digits === null)) return {};
    const { id, name } = waiting;
    if (waiting.digits === null)
      return {
        press: { label: view.say('next'), action: { kind: 'later', id } },
        ...(reachable(view, waiting) && {
          hold: { label: view.say('codes'), action: { kind: 'select', id } },
        }),
      };
    if (view.state.ingest.is !== 'here')
      return { press: { label: view.say('next'), action: { kind: 'later', id } } };
    const refuse = { label: view.say('no'), action: { kind: 'refuse', id, name } as const };
    if (waiting.machineAnswer === 'no' || !reachable(view, waiting)) return { press: refuse };
    const answered = waiting.pinned || waiting.machineAnswer === 'yes';
    return {
      press: refuse,
      hold: { label: view.say('yes'), action: { kind: 'admit', id, name, digits: waiting.digits, answered } },
    };
  },
};

export function current(view: View): Waiting | undefined {
  return view.state.waiting.find((entry) => entry.id === view.waitingId);
}

function who(canvas: Canvas, view: View, waiting: Waiting): void {
  large(canvas, 12, waiting.name);
  canvas.text(1, 29, shorten(waiting.os));
  canvas.text(1, 38, shorten(waiting.address));
  const text = reachable(view, waiting)
    ? view.say('waitsSince', moment(waiting.sinceMs, view.nowMs, view.language))
    : awayText(view);
  canvas.text(1, 46, shorten(text));
}

function drawing(canvas: Canvas, view: View, waiting: Waiting): void {
  large(canvas, 12, waiting.name);
  canvas.text(1, 30, shorten(view.say('drawing')));
  paragraph(canvas, 38, view.say('drawingHint'), { lines: 2, step: 8 });
}

function digits(canvas: Canvas, view: View, waiting: Waiting, six: string): void {
  canvas.center(11, shorten(waiting.name));
  canvas.text(6, 21, six.slice(0, 3), 3);
  canvas.text(71, 21, six.slice(3, 6), 3);
  canvas.center(45, shorten(answer(view, waiting)));
}

function answer(view: View, waiting: Waiting): string {
  if (!reachable(view, waiting)) return awayText(view);
  if (waiting.machineAnswer === 'no') return view.say('thereNo');
  if (waiting.machineAnswer === 'yes') return view.say('thereYes');
  return view.say(waiting.pinned ? 'sameThere' : 'thereNothing');
}

const reachable = (view: View, waiting: Waiting) => view.state.ingest.is === 'here' && waiting.connected;

const awayText = (view: View) => view.say(view.state.ingest.is === 'here' ? 'away' : 'doorAway');
