/** How fast a probe is answered, one line a vantage point, on the charts that machines have. */
import type { Column, RangeAnswer } from '../../api/types.ts';
import type { ProbeState } from '../../api/watch.ts';
import type { Charts } from '../../charts/charts.ts';
import type { ChartPlan, Hue, Span } from '../../charts/plan.ts';
import { h, setAttribute } from '../../dom/h.ts';
import { errorLine, errorText } from '../parts.ts';
import type { WatchPage } from './index.ts';
import { machineName } from './parts.ts';

const hues = ['cpu', 'out', 'in', 'memory', 'disk', 'temperature'] as const satisfies readonly Hue[];
const dayMs = 86_400_000;
const spans: readonly Span[] = [
  { id: '1h', spanMs: dayMs / 24, points: 240 },
  { id: '24h', spanMs: dayMs, points: 240 },
  { id: '7d', spanMs: 7 * dayMs, points: 240 },
  { id: '30d', spanMs: 30 * dayMs, points: 240 },
];

export type Vantage = { machine: number; name: string };

/** As many as there are colours; the others stand in the table above. */
export function latencyOf(page: WatchPage, { probe, vantages }: ProbeState): Vantage[] {
  const own = [...page.connection.fleet.rows.values()].find(({ local }) => local)?.machine;
  const machines = new Set([...probe.vantages, ...vantages.map(({ machine }) => machine)]);
  if (machines.size === 0 && own !== undefined) machines.add(own);
  return [...machines]
    .slice(0, hues.length)
    .map((machine) => ({ machine, name: machineName(page, machine) }));
}

export function createLatency(page: WatchPage, id: string) {
  const { words, format, api, clock } = page;
  const line = errorLine();
  const stage = h('div', { class: 'stage' });
  const leave = new AbortController();
  let charts: Charts | null = null;
  let machines: readonly Vantage[] = [];
  let span = spans[1]!;
  let asked = 0;
  const tabs = spans.map((one) =>
    h(
      'button',
      { type: 'button', 'aria-pressed': 'false', on: { click: () => void choose(one) } },
      words.say(`span.${one.id}`),
    ),
  );
  const node = h(
    'section',
    { class: 'card' },
    h('h2', null, words.say('probe.latency')),
    h('div', { class: 'segments', role: 'group', 'aria-label': words.say('span.label') }, ...tabs),
    line.node,
    stage,
  );
  /** Each machine answers for itself; on one chart its column carries its number. */
  const seriesName = `probe.duration:${id}`;
  const planOf = (): ChartPlan => ({
    id: 'latency',
    scale: 'time',
    lines: machines.map(({ machine, name }, index) => ({
      id: `at-${machine}`,
      hue: hues[index] ?? 'cpu',
      dashed: false,
      names: [`${seriesName}@${machine}`],
      label: name,
    })),
  });
  const choose = async (next: Span): Promise<void> => {
    span = next;
    const mine = ++asked;
    spans.forEach((one, index) => {
      setAttribute(tabs[index]!, 'aria-pressed', String(one === next));
    });
    const toMs = clock.now();
    const query = { names: [seriesName], fromMs: toMs - next.spanMs, toMs, points: next.points };
    try {
      const [module, answers] = await Promise.all([
        import('../../charts/charts.ts'),
        Promise.all(machines.map(({ machine }) => api.range(machine, query, leave.signal))),
      ]);
      if (mine !== asked || leave.signal.aborted) return;
      line.show(null);
      const joined = joinRanges(answers, seriesName);
      if (joined === null) {
        charts?.stop();
        charts = null;
        stage.replaceChildren(h('p', { class: 'soft' }, words.say('probe.noLatency')));
        return;
      }
      if (charts === null) {
        charts = module.createCharts({
          ...{ plans: [planOf()], beginMs: 0, words, format, now: clock.now, current: () => true },
        });
        stage.replaceChildren(charts.node);
      }
      charts.fill(joined, next);
    } catch (error) {
      if (mine === asked && !leave.signal.aborted) line.show(errorText(error, words));
    }
  };
  return {
    node,
    load(next: readonly Vantage[]): void {
      machines = next;
      charts?.stop();
      charts = null;
      if (next.length > 0) void choose(span);
    },
    stop(): void {
      leave.abort();
      charts?.stop();
    },
  };
}

/** Answers to the same question have the same steps; one that has not is left out. */
export function joinRanges(answers: readonly RangeAnswer[], name: string): RangeAnswer | null {
  const columnOf = (one: RangeAnswer): Column | undefined =>
    one.columns.find((column) => column.name === name);
  const first = answers.find((one) => columnOf(one) !== undefined);
  if (first === undefined) return null;
  const columns = answers.flatMap((one): Column[] => {
    const column = columnOf(one);
    const fits = one.stepMs === first.stepMs && one.startMs === first.startMs && one.count === first.count;
    return column === undefined || !fits ? [] : [{ ...column, name: `${name}@${one.machine}` }];
  });
  return { ...first, columns };
}
