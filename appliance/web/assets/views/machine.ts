/** One machine: what it is, how it has been, what it measures now, and how to let it go. */

import { ApiError } from '../api/client.ts';
import type { FleetRow, Latest, LiveChange, MachineAnswer } from '../api/types.ts';
import type { Charts } from '../charts/charts.ts';
import { planCharts, plannedNames, spans } from '../charts/plan.ts';
import { createEnds, type Page, type View } from '../context.ts';
import { createPainter } from '../dom/frame.ts';
import { h, setAttribute } from '../dom/h.ts';
import { icon } from '../dom/icons.ts';
import { underCauses } from '../fleet/incidents.ts';
import { createLatest } from './latest.ts';
import { createHeader } from './machine-header.ts';
import { missingView } from './missing.ts';
import type { OnMachine } from './on-machine.ts';
import { button, errorLine, errorText } from './parts.ts';
import { incidentLine, problemsBox } from './problems.ts';
import { removeButton } from './remove.ts';

export function machineView(page: Page, machine: number): View {
  const { words, format, api, connection, clock } = page;
  const { fleet } = connection;
  const ends = createEnds();
  const leave = new AbortController();
  const header = createHeader(page);
  const latest = createLatest(page);
  const line = errorLine();
  const stage = h('div', { class: 'card stage' }, h('p', { class: 'soft loading' }, words.say('loading')));
  const note = h('p', { class: 'soft step' });
  const tabs = spans.map((span) =>
    h(
      'button',
      { type: 'button', 'aria-pressed': 'false', on: { click: () => void choose(span) } },
      words.say(`span.${span.id}`),
    ),
  );
  const foot = h('div', { class: 'foot' });
  const problems = problemsBox(page);
  const trouble = h('p');
  const below = h('div', { class: 'below' });
  const node = h(
    'div',
    { class: 'machine' },
    h('p', null, h('a', { href: '/', class: 'back' }, icon('back'), words.say('nav.machines'))),
    header.node,
    problems,
    trouble,
    line.node,
    h(
      'div',
      { class: 'ranges' },
      h('div', { class: 'segments', role: 'group', 'aria-label': words.say('span.label') }, ...tabs),
      note,
    ),
    stage,
    below,
    latest.node,
    foot,
  );

  let charts: Charts | null = null;
  let span: (typeof spans)[number] = spans[0];
  let answer: MachineAnswer | null = null;
  let values: Latest[] = [];
  let newest: LiveChange | null = null;
  const row = (): FleetRow | undefined => fleet.rows.get(machine) ?? answer ?? undefined;
  const isUp = (): boolean => row()?.state === 'up';

  const paint = (): void => {
    const now = row();
    if (now === undefined) return;
    header.show(now);
    if (newest?.values !== undefined) values = newest.values;
    latest.show(values, now.state === 'up');
  };
  const painter = createPainter<'all'>(paint);

  const choose = async (next: (typeof spans)[number]): Promise<void> => {
    span = next;
    spans.forEach((one, index) => {
      const tab = tabs[index];
      if (tab !== undefined) setAttribute(tab, 'aria-pressed', String(one === span));
    });
    const plans = planCharts(values.map((value) => value.name));
    const toMs = clock.now();
    try {
      const query = { names: plannedNames(plans), fromMs: toMs - span.spanMs, toMs, points: span.points };
      const [module, range] = await Promise.all([
        import('../charts/charts.ts'),
        query.names.length === 0 ? null : api.range(machine, query, leave.signal),
      ]);
      if (leave.signal.aborted || span !== next) return;
      if (range === null) {
        stage.replaceChildren(h('p', { class: 'soft' }, words.say('machine.noValues')));
        return;
      }
      if (charts === null) {
        charts = module.createCharts({
          plans,
          beginMs: answer?.admittedMs ?? 0,
          words,
          format,
          now: clock.now,
          current: isUp,
        });
        stage.replaceChildren(charts.node);
      }
      charts.fill(range, span);
      note.textContent = words.say('machine.step', { step: format.duration(range.stepMs / 1000) });
      line.show(null);
    } catch (error) {
      if (!leave.signal.aborted) line.show(errorText(error, words));
    }
  };

  let running: OnMachine | null = null;
  /** What runs there stands below the charts: it comes when somebody goes there. */
  const observer = new IntersectionObserver(
    async ([entry]) => {
      if (!entry?.isIntersecting || answer === null) return;
      observer.disconnect();
      try {
        const { createOnMachine } = await import('./on-machine.ts');
        if (leave.signal.aborted) return;
        running = createOnMachine(page, machine);
        below.replaceChildren(...running.nodes);
      } catch (error) {
        line.show(errorText(error, words));
      }
    },
    { rootMargin: '150px' },
  );

  const load = async (): Promise<void> => {
    try {
      answer = await api.machine(machine, leave.signal);
      values = answer.latest;
      if (newest !== null && newest.tMs < Math.max(0, ...values.map((value) => value.tMs))) newest = null;
      foot.replaceChildren(...removeButton(page, answer));
      const failed = answer.failedServices ?? 0;
      trouble.replaceChildren(
        failed === 0
          ? ''
          : button(words.count('machine.failed', failed), { class: 'failed' }, () => below.scrollIntoView()),
      );
      running?.changed();
      observer.observe(below);
      document.title = `${answer.name} · NetMonitor`;
      paint();
      await choose(span);
    } catch (error) {
      if (leave.signal.aborted) return;
      if (error instanceof ApiError && error.status === 404) node.replaceChildren(missingView(page).node);
      else line.show(errorText(error, words));
    }
  };

  ends.add(
    connection.incidents.watch((open) => {
      const own = underCauses(open.filter((one) => one.machine === machine));
      problems.replaceChildren(...own.map((head) => incidentLine(page, head).draw()));
    }),
    () => leave.abort(),
    connection.onLive((change) => {
      if (change.machine !== machine) return;
      if (change.values !== undefined) {
        const first = values.length === 0;
        newest = change;
        charts?.add(change.tMs, change.values);
        if (first && answer !== null) {
          values = change.values;
          void choose(span);
        }
      }
      painter.mark('all');
    }),
    connection.onUp(() => void load()),
    connection.onServices((changed) => {
      if (changed === machine) void load();
    }),
    () => observer.disconnect(),
    () => running?.stop(),
    fleet.onChange(() => painter.mark('all')),
    () => painter.stop(),
    () => charts?.stop(),
  );
  void load();
  return { node, title: words.say('machine.title', { n: machine }), stop: () => ends.all() };
}
