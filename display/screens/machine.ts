/** One machine: its state and four bars. A value of a machine that is not up is unknown, never well. */
import type { Canvas } from '../canvas.ts';
import { ends, shorten } from '../fit.ts';
import { age, degrees, moment, percent, rate } from '../format.ts';
import { type Row, sortedRows } from '../state.ts';
import { banner, staleText } from './parts.ts';
import type { Screen, View } from './screen.ts';

export const machineScreen: Screen = {
  draw(canvas, view) {
    const rows = sortedRows(view.state);
    const at = Math.max(
      0,
      rows.findIndex((row) => row.machine.machine === view.machine),
    );
    const row = rows[at];
    if (!row) return;
    canvas.text(1, 0, ends(row.machine.name, `${at + 1}/${rows.length}`));
    canvas.line(8);
    const summary = row.machine.state === 'up' ? row.summary : {};
    canvas.text(1, 10, ends(stateText(view, row), degrees(summary.temperature)));
    bar(canvas, 19, view.say('cpu'), summary.cpu);
    bar(canvas, 28, view.say('memory'), summary.memory);
    bar(canvas, 37, view.say('disk'), summary.disk);
    const stale = staleText(view);
    if (stale) banner(canvas, 45, stale);
    else canvas.text(1, 46, shorten(`↓ ${rate(summary.receiveBps)}  ↑ ${rate(summary.transmitBps)}`));
  },
  offers(view) {
    const rows = sortedRows(view.state);
    const at = rows.findIndex((row) => row.machine.machine === view.machine);
    const next = rows[(at + 1) % Math.max(1, rows.length)];
    return {
      ...(next && {
        press: { label: view.say('next'), action: { kind: 'machine', machine: next.machine.machine } },
      }),
      hold: { label: view.say('back'), action: { kind: 'home' } },
    };
  },
};

function stateText(view: View, row: Row): string {
  const { state, stateSinceMs } = row.machine;
  if (state === 'up') return view.say('up', age(row.summary.uptimeS, view.say)).trim();
  return view.say(state, moment(stateSinceMs, view.nowMs, view.language));
}

function bar(canvas: Canvas, y: number, label: string, fraction: number | undefined): void {
  canvas.text(1, y, label);
  canvas.bar(28, y - 1, 70, 8, fraction ?? null);
  canvas.right(y, percent(fraction));
}
