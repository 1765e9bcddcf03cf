/** One chart on the machine page: a uPlot with a band, labels inside, and the shared crosshair. */
import uPlot from 'uplot';
import type { Format } from '../language/format.ts';
import { type Grid, isolated, timesOf, type Value } from './grid.ts';
import { type ChartPlan, type LinePlan, niceCeiling, type Scale } from './plan.ts';

/** The 18 % of the look, as the last two digits of a colour. */
const bandAlpha = '2e';
const plotHeight = 120;
const axisHeight = 26;
/** Below this a rate is noise; the chart of an idle machine stays flat. */
const rateFloor = 10_000;
const timeFloor = 0.001;

export type Chart = {
  draw(grid: Grid, range: { min: number; max: number }): void;
  plot: uPlot;
  stop(): void;
};
type Options = {
  plan: ChartPlan;
  last: boolean;
  target: HTMLElement;
  format: Format;
  range(): { min: number; max: number };
  onCursor(index: number | null): void;
};

export function createChart(o: Options): Chart {
  const { plan, format } = o;
  const colour = (name: string): string =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const floor = plan.scale === 'time' ? timeFloor : rateFloor;
  let ceiling = plan.scale === 'share' ? 1 : floor;
  const levels = (): number[] => [0, ceiling / 2, ceiling];
  const label = writerOf(plan.scale, format);

  const series = plan.lines.flatMap((line) => lineSeries(line, colour));
  const bands = plan.lines.map(
    (line, index): uPlot.Band => ({
      series: [index * 3 + 3, index * 3 + 2],
      fill: () => colour(`--${line.hue}`) + bandAlpha,
    }),
  );
  const labels = (u: uPlot): void => {
    const { ctx, bbox } = u;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.fillStyle = colour('--soft');
    ctx.textBaseline = 'bottom';
    ctx.textAlign = 'left';
    ctx.strokeStyle = colour('--card');
    ctx.lineWidth = 4 * ratio;
    ctx.lineJoin = 'round';
    for (const level of levels().filter((one) => one > 0)) {
      const x = bbox.left + 2 * ratio;
      const y = u.valToPos(level, 'y', true) + (level === ceiling ? 15 : -2) * ratio;
      ctx.strokeText(label(level), x, y);
      ctx.fillText(label(level), x, y);
    }
    ctx.restore();
  };
  const width = (): number => Math.max(200, Math.floor(o.target.clientWidth));
  const height = plotHeight + (o.last ? axisHeight : 0);
  const plot = new uPlot(
    {
      width: width(),
      height,
      padding: [1, 0, o.last ? 0 : 1, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        sync: { key: 'machine', scales: ['x', null] },
        points: { size: 7, width: 2 },
      },
      scales: {
        x: { time: true, range: () => [o.range().min, o.range().max] },
        y: { range: () => [0, ceiling] },
      },
      series: [{}, ...series],
      bands,
      axes: [
        {
          size: o.last ? axisHeight : 0,
          space: 70,
          gap: 6,
          font: '11px system-ui, sans-serif',
          stroke: () => colour('--soft'),
          ticks: { show: false },
          grid: { stroke: () => colour('--line'), width: 1 },
          values: (u, splits) =>
            splits.map((at) => (o.last && fits(u, at) ? axisTime(at * 1000, format) : '')),
        },
        {
          size: 0,
          ticks: { show: false },
          splits: levels,
          values: (_, splits) => splits.map(() => ''),
          grid: { stroke: () => colour('--line'), width: 1 },
        },
      ],
      hooks: { draw: [labels], setCursor: [(u) => o.onCursor(u.cursor.idx ?? null)] },
    },
    [[]],
    o.target,
  );
  const resize = new ResizeObserver(() => {
    if (width() !== plot.width) plot.setSize({ width: width(), height });
  });
  resize.observe(o.target);
  const repaint = (): void => plot.redraw();
  document.addEventListener('themechange', repaint);

  return {
    plot,
    draw(grid) {
      const lists: Value[][] = [];
      let top = 0;
      for (const line of plan.lines) {
        const { mean, min, max } = grid.lines.get(line.id) ?? { mean: [], min: [], max: [] };
        lists.push(mean, min, max);
        for (const value of [...max, ...mean]) top = Math.max(top, value ?? 0);
      }
      if (plan.scale !== 'share') ceiling = niceCeiling(top, floor);
      plot.setData([timesOf(grid), ...lists] as uPlot.AlignedData, true);
    },
    stop() {
      resize.disconnect();
      document.removeEventListener('themechange', repaint);
      plot.destroy();
    },
  };
}

export function writerOf(scale: Scale, format: Format): (value: number) => string {
  return { share: format.percent, rate: format.rate, time: format.latency }[scale];
}

/** Mean as a line, then the two edges of its band, which are not drawn themselves. */
function lineSeries(line: LinePlan, colour: (name: string) => string): uPlot.Series[] {
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
  return [
    {
      stroke: () => colour(`--${line.hue}`),
      width: 1.5,
      ...(line.dashed ? { dash: [4, 3] } : {}),
      points: {
        show: true,
        size: 4,
        filter: (u, index) => isolated((u.data[index] ?? []) as (number | null)[]),
      },
    },
    edge,
    { ...edge },
  ];
}

/** A label centred on a line too near the edge would be cut. */
function fits(u: uPlot, at: number): boolean {
  const left = u.valToPos(at, 'x');
  return left > 18 && left < u.width - 18;
}

function axisTime(atMs: number, format: Format): string {
  const at = new Date(atMs);
  return at.getHours() === 0 && at.getMinutes() === 0 ? format.day(atMs) : format.timeOfDay(atMs);
}
