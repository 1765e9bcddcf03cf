/** The first thing to see: all is well, or what is wrong. Readable from two metres. */

import type { Incident } from '../../appliance/watch/client/types.ts';
import type { Canvas } from '../canvas.ts';
import { ends, shorten, wrap } from '../fit.ts';
import { degrees, moment, percent } from '../format.ts';
import { known, listed, problems, spoken } from '../problems.ts';
import { boxRow, isFresh, type Row, sortedRows, staleSinceMs } from '../state.ts';
import { banner, head, large, paragraph, staleText } from './parts.ts';
import type { Meaning, Screen, View } from './screen.ts';

export const overviewScreen: Screen = {
  draw(canvas, view) {
    head(canvas, view, view.state.door?.name ?? 'NetMonitor');
    const rows = sortedRows(view.state);
    if (view.state.store.is === 'never') return starting(canvas, view);
    if (rows.length === 0) return nobody(canvas, view);
    const gone = rows.filter((row) => row.machine.state === 'vanished');
    const [worst] = problems(view.state);
    if (worst) wrong(canvas, view, rows, worst);
    // Without the watch nobody can say whether it matters that they are gone.
    else if (gone.length > 0 && view.state.watch.is !== 'here') silence(canvas, view, rows, gone);
    else well(canvas, view, rows);
    const stale = staleText(view);
    if (stale) banner(canvas, 45, stale);
  },
  offers(view) {
    const first = sortedRows(view.state)[0];
    // Whoever waits and was put off stays within reach of one press.
    const waiting = view.state.waiting[0];
    const [wrongest] = listed(view.state);
    const onwards: Meaning['action'] = wrongest
      ? { kind: 'incident', id: wrongest.id }
      : { kind: 'go', screen: 'address' };
    return {
      press: { label: view.say('next'), action: waiting ? { kind: 'review', id: waiting.id } : onwards },
      ...(first && {
        hold: { label: view.say('list'), action: { kind: 'machine', machine: first.machine.machine } },
      }),
    };
  },
};

function starting(canvas: Canvas, view: View): void {
  canvas.text(1, 16, view.say('starting'));
  paragraph(canvas, 30, view.say('startingWhy'), { lines: 2, step: 10 });
}

function nobody(canvas: Canvas, view: View): void {
  large(canvas, 12, view.say('noMachines'));
  const stale = staleText(view);
  if (stale) banner(canvas, 44, stale);
  else paragraph(canvas, 29, view.say('noMachinesHint'), { lines: 3, step: 8 });
}

/** Machines that said goodbye are neither well nor wrong. */
const awake = (rows: readonly Row[]) =>
  rows.filter(({ machine }) => machine.state !== 'asleep' && machine.state !== 'off');

function well(canvas: Canvas, view: View, rows: readonly Row[]): void {
  const expected = awake(rows);
  const up = expected.filter((row) => row.machine.state === 'up');
  const quiet = quietWords(view, expected);
  const resting = rows.length - expected.length;
  const count = `${up.length}/${expected.length}`;
  // Nobody is awake: there is nothing to call well.
  if (expected.length === 0) {
    large(canvas, 18, view.say('restingNow', resting));
    return;
  }
  // Old knowledge must not shine: nothing is declared well while the store, the door or the watch is away.
  if (quiet !== null || !isFresh(view.state)) {
    canvas.center(12, count, 3);
    const about = waits(view) ?? boxWords(view).join(' ');
    const first = quiet ?? (view.state.watch.is === 'never' ? view.say('noWatch') : null);
    if (first !== null) canvas.text(1, 36, shorten(first));
    if (staleSinceMs(view.state) === null) canvas.text(1, 45, about);
    return;
  }
  canvas.center(11, view.say('allOk'), 3);
  canvas.text(2, 36, count, 2);
  const room = Math.floor((126 - 12 * count.length) / 6);
  const rest = resting > 0 ? view.say('restingNow', resting) : undefined;
  const minor = listed(view.state).length;
  const notes = minor > 0 ? view.say('notes', minor) : undefined;
  const words = [waits(view), notes, rest, ...boxWords(view)].filter((word) => word !== undefined);
  for (const [at, word] of words.slice(0, 2).entries()) canvas.right(35 + at * 9, shorten(word, room));
}

/** What is neither well nor alarming: what somebody knows of, machines without a word that nobody has to worry about yet. */
function quietWords(view: View, rows: readonly Row[]): string | null {
  const names = (of: readonly Row[]) => of.map((row) => row.machine.name).join(', ');
  const taken = known(view.state);
  if (taken.length > 0) {
    const whom = taken
      .map((one) => spoken(view.state, one, view.language))
      .map((one) => one.name ?? one.words);
    return view.say('knownNow', taken.length, whom.join(', '));
  }
  const gone = rows.filter((row) => row.machine.state === 'vanished');
  if (gone.length > 0) return view.say('goneNow', gone.length, names(gone));
  const silent = rows.filter((row) => row.machine.state === 'silent');
  return silent.length > 0 ? view.say('silentNow', silent.length, names(silent)) : null;
}

/** How many, and the worst of them in words. */
function wrong(canvas: Canvas, view: View, rows: readonly Row[], worst: Incident): void {
  const { length } = problems(view.state);
  const number = String(length);
  canvas.text(2, 11, number, 3);
  const x = 18 * number.length + 8;
  const room = Math.floor((126 - x) / 6);
  const up = awake(rows).filter((row) => row.machine.state === 'up').length;
  const word = view.say(length === 1 ? 'problem' : 'problems');
  const count = `${up}/${awake(rows).length}`;
  canvas.text(x, 12, word.length + count.length < room ? ends(word, count, room) : shorten(word, room));
  const since = moment(worst.openedMs, view.nowMs, view.language);
  canvas.text(x, 22, shorten(view.say('since', since), room));
  const { name, words } = spoken(view.state, worst, view.language);
  if (name !== null) banner(canvas, 34, name);
  // The last line is the banner's when this is old.
  const places = [...(name === null ? [36] : []), ...(staleSinceMs(view.state) === null ? [45] : [])];
  for (const [at, line] of wrap(words, places.length).entries()) canvas.text(1, places[at]!, line);
}

function silence(canvas: Canvas, view: View, rows: readonly Row[], gone: readonly Row[]): void {
  const first = gone[0]!;
  large(canvas, 11, first.machine.name);
  const since = moment(first.machine.stateSinceMs, view.nowMs, view.language);
  banner(canvas, 26, view.say('machineGone'));
  canvas.center(36, shorten(view.say('since', since)));
  const others = gone.slice(1).map((row) => row.machine.name);
  const expected = awake(rows);
  const up = expected.filter((row) => row.machine.state === 'up').length;
  const rest = others.length > 0 ? view.say('more', others.length, others.join(', ')) : (waits(view) ?? '');
  canvas.text(1, 45, ends(rest, `${up}/${expected.length}`));
}

/** Machines that ask to be let in and were put off. */
function waits(view: View): string | undefined {
  const { length } = view.state.waiting;
  return length > 0 ? view.say('waitingNow', length) : undefined;
}

/** How the box itself does, in words that can stand alone. */
function boxWords(view: View): string[] {
  const row = boxRow(view.state);
  if (row?.machine.state !== 'up') return [];
  const { cpu, memory, temperature } = row.summary;
  const warmth = degrees(temperature);
  return [
    `cpu ${percent(cpu)}${warmth === '' ? '' : ` ${warmth}`}`,
    `${view.say('memoryWord')} ${percent(memory)}`,
  ];
}
