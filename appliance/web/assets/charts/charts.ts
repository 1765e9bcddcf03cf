/** The four charts of a machine on one time axis with one crosshair; loaded only when a machine is opened. */
import type { Latest, RangeAnswer } from '../api/types.ts';
import { h, setText } from '../dom/h.ts';
import { dash, type Format } from '../language/format.ts';
import type { Words } from '../language/words.ts';
import { type Chart, createChart, writerOf } from './chart.ts';
import {
  addSample,
  extremesOf,
  type Grid,
  gridOf,
  lengthOf,
  lineValue,
  timesOf,
  type Value,
} from './grid.ts';
import { type ChartPlan, type LinePlan, type Span, startOf } from './plan.ts';

export type Charts = {
  node: HTMLElement;
  fill(answer: RangeAnswer, span: Span): void;
  add(tMs: number, values: readonly Latest[]): void;
  stop(): void;
};
type Options = {
  plans: readonly ChartPlan[];
  /** When the machine was admitted: there is nothing to show before. */
  beginMs: number;
  words: Words;
  format: Format;
  now(): number;
  current(): boolean;
};

/** Between samples the axis still moves, so that silence is seen to grow. */
const driftMs = 5_000;

export function createCharts(o: Options): Charts {
  const { words, format, plans } = o;
  let grid: Grid = { startMs: 0, stepMs: 1, lines: new Map(), weight: 0 };
  let span: Span | null = null;
  let cursor: number | null = null;
  const when = h('p', { class: 'when num', 'aria-hidden': 'true' });
  const range = (): { min: number; max: number } => {
    const now = o.now();
    return { min: startOf(span?.spanMs ?? 3_600_000, o.beginMs, now) / 1000, max: now / 1000 };
  };

  const named = (line: LinePlan): string => line.label ?? words.maybe(`line.${line.id}`, '');
  const parts = plans.map((plan, index) => {
    const values = plan.lines.map((line) => ({ line, node: h('span', { class: 'num' }) }));
    const target = h('div', { class: 'plot' });
    const title = words.maybe(`chart.${plan.id}`, plan.id);
    const node = h(
      'section',
      { class: 'chart', role: 'img', 'aria-label': title },
      h(
        'div',
        { class: 'chart-head' },
        h('h2', null, title),
        h(
          'p',
          null,
          ...values.map(({ line, node: value }) =>
            h(
              'span',
              { class: 'reading' },
              h('span', { class: `key hue-${line.hue}${line.dashed ? ' dashed' : ''}` }),
              plan.lines.length > 1 ? h('span', { class: 'soft' }, named(line)) : null,
              value,
            ),
          ),
        ),
      ),
      target,
    );
    const show = writerOf(plan.scale, format);
    return { plan, values, target, node, show, title, last: index === plans.length - 1 };
  });
  const node = h(
    'div',
    {
      class: 'charts',
      tabindex: 0,
      role: 'group',
      'aria-label': words.say('chart.group'),
      on: { keydown: onKey },
    },
    when,
    ...parts.map((part) => part.node),
  );
  let charts: Chart[] = [];

  const showValues = (): void => {
    const at = cursor === null ? null : (timesOf(grid)[cursor] ?? null);
    setText(when, at === null ? '' : axisMoment(at * 1000));
    for (const part of parts) {
      const texts = part.values.map(({ line, node: value }) => {
        const list = grid.lines.get(line.id)?.mean ?? [];
        const shown: Value =
          cursor === null ? (o.current() ? extremesOf(list).last : null) : (list[cursor] ?? null);
        setText(value, shown === null ? dash : part.show(shown));
        const top = extremesOf(list).max;
        return `${named(line)} ${shown === null ? dash : part.show(shown)}, ${words.say('chart.highest')} ${top === null ? dash : part.show(top)}`;
      });
      if (cursor === null) part.node.setAttribute('aria-label', `${part.title}: ${texts.join('; ')}`);
    }
  };
  const axisMoment = (atMs: number): string =>
    grid.stepMs < 60_000 ? format.seconds(atMs) : `${format.day(atMs)}, ${format.timeOfDay(atMs)}`;
  const draw = (): void => {
    for (const chart of charts) chart.draw(grid, range());
    showValues();
  };
  function start(): void {
    if (charts.length > 0) return;
    charts = parts.map(({ plan, target, last }) =>
      createChart({
        plan,
        last,
        target,
        format,
        range,
        onCursor(index) {
          if (index === cursor) return;
          cursor = index;
          showValues();
        },
      }),
    );
  }
  /** Arrow keys walk the crosshair, Escape takes it away. */
  function onKey(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -12, PageDown: 12 };
    const plot = charts[0]?.plot;
    const step = steps[event.key];
    if (plot === undefined || (step === undefined && event.key !== 'Escape')) return;
    event.preventDefault();
    if (step === undefined) {
      for (const chart of charts) chart.plot.setCursor({ left: -10, top: -10 });
      return;
    }
    const count = lengthOf(grid);
    const next = Math.min(count - 1, Math.max(0, (cursor ?? count) + step));
    const left = plot.valToPos(timesOf(grid)[next] ?? 0, 'x');
    for (const chart of charts) chart.plot.setCursor({ left, top: 1 });
  }
  let waiting = 0;
  const later = (): void => {
    if (waiting === 0) {
      waiting = requestAnimationFrame(() => {
        waiting = 0;
        draw();
      });
    }
  };
  const drift = setInterval(later, driftMs);

  return {
    node,
    fill(answer, next) {
      span = next;
      cursor = null;
      grid = gridOf(answer, plans, o.now());
      start();
      draw();
    },
    add(tMs, values) {
      if (span === null) return;
      const lines = new Map(
        plans.flatMap((plan) => plan.lines.map((line) => [line.id, lineValue(line, values)] as const)),
      );
      addSample(grid, tMs, lines, span.spanMs);
      later();
    },
    stop() {
      clearInterval(drift);
      cancelAnimationFrame(waiting);
      for (const chart of charts) chart.stop();
    },
  };
}
