/** One probe: what each vantage point says, how it has been, how fast it answers, its certificate. */
import { ApiError } from '../../api/client.ts';
import type { ProbeState } from '../../api/watch.ts';
import { createEnds, type View } from '../../context.ts';
import { h, setText } from '../../dom/h.ts';
import { missingView } from '../missing.ts';
import { button, errorLine, errorText, whileBusy } from '../parts.ts';
import { section } from '../settled.ts';
import { availabilityTable } from './availability.ts';
import { removing } from './deeds.ts';
import type { WatchPage } from './index.ts';
import { createLatency, latencyOf } from './latency.ts';
import { matrixTable } from './matrix.ts';
import { backLink, facts, lookMark, mayManage, mayOperate, probeName, sinceNode, textIn } from './parts.ts';
import { probeForm } from './probe-form.ts';
import { lookOf, targetOf } from './probes.ts';

const refreshMs = 15_000;
/** A check that was asked for is over by then, mostly. */
const soonMs = 2_500;

const dateIn = (language: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', { dateStyle: 'long' });

export function probeView(page: WatchPage, id: string): View {
  const { words, watch, connection, format, clock } = page;
  const ends = createEnds();
  const line = errorLine();
  const title = h('h1', null, words.say('loading'));
  const state = h('div', { 'aria-live': 'polite' });
  const deeds = h('div', { class: 'buttons' });
  const matrix = h('div');
  const spans = h('div');
  const certificate = h('p');
  const latency = createLatency(page, id);
  const place = h('div');
  const node = h(
    'div',
    { class: 'watch' },
    backLink('/probes', words.say('nav.probes')),
    title,
    line.node,
    state,
    deeds,
    section(words.say('probe.matrix'), words.say('probe.matrixText'), matrix, certificate),
    section(words.say('probe.availability'), words.say('probe.availabilityText'), spans),
    latency.node,
    place,
  );
  let now: ProbeState | null = null;
  let stopped = false;

  const show = (): void => {
    if (now === null) return;
    const { probe, sinceMs, text, incident } = now;
    const look = lookOf(now);
    const name = probeName(page, probe);
    setText(title, name);
    document.title = `${name} · NetMonitor`;
    state.replaceChildren(
      h(
        'p',
        { class: 'probe-says' },
        lookMark(look),
        ' ',
        probe.enabled ? textIn(words, text) : words.say('probes.isStopped'),
      ),
      facts(
        probe.kind,
        targetOf(now),
        words.say('probes.every', { time: format.duration(probe.intervalMs / 1000) }),
        sinceNode(page, sinceMs),
        incident === null
          ? null
          : h('a', { href: `/incidents/${incident}` }, words.say('incident.title', { id: incident })),
      ),
    );
    matrix.replaceChildren(matrixTable(page, now));
    drawDeeds(now);
  };
  const act = async (buttons: readonly HTMLButtonElement[], deed: () => Promise<unknown>): Promise<void> => {
    line.show(null);
    try {
      await whileBusy(buttons, async () => void (await deed()));
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  let drawn = '';
  const drawDeeds = ({ probe }: ProbeState): void => {
    const key = JSON.stringify([probe.enabled, probe.name, probe.builtIn]);
    if (key === drawn) return;
    drawn = key;
    const run = button(words.say('probe.run'), {}, () =>
      act([run], async () => {
        await watch.runProbe(id);
        page.announce(words.say('probe.ran'));
        setTimeout(() => void refresh(), soonMs);
      }),
    );
    const turn = button(words.say(probe.enabled ? 'probe.stop' : 'probe.start'), {}, () =>
      act([turn], async () => learn(await watch.changeProbe(id, { enabled: !probe.enabled }))),
    );
    const change = button(words.say('form.change'), {}, () => act([change], edit));
    const remove = removing(words, {
      title: words.say('form.removeTitle', { name: probe.name }),
      consequence: words.say('probe.removeText'),
      run: (buttons) =>
        act(buttons, async () => {
          await watch.removeProbe(id);
          page.go('/probes');
        }),
    });
    run.disabled = !probe.enabled;
    deeds.replaceChildren(
      ...(mayOperate(page) ? [run] : []),
      ...(mayManage(page) ? [turn, change] : []),
      ...(mayManage(page) && !probe.builtIn ? remove : []),
    );
  };
  const edit = async (): Promise<void> => {
    const [kinds, probes, groups, old] = await Promise.all([
      watch.probeKinds(),
      watch.probes(),
      watch.groups(),
      watch.probe(id),
    ]);
    const info = kinds.find(({ kind }) => kind === old.probe.kind);
    if (info === undefined) return;
    const close = (): void => place.replaceChildren();
    const form = probeForm(page, {
      ...{ info, old, probes, groups },
      verb: words.say('form.save'),
      async onDone(saved) {
        close();
        learn(saved);
        page.announce(words.say('form.saved'));
      },
    });
    place.replaceChildren(section(words.say('probe.change'), null, form));
    place.querySelector<HTMLElement>('input')?.focus();
    place.scrollIntoView({ block: 'nearest' });
  };
  const learn = (next: ProbeState): void => {
    const before = now;
    now = next;
    show();
    if (before === null || String(before.probe.vantages) !== String(next.probe.vantages))
      latency.load(latencyOf(page, next));
  };
  const load = async (): Promise<void> => {
    try {
      learn(await watch.probe(id));
      line.show(null);
      spans.replaceChildren(availabilityTable(page, await watch.availability(id)));
      await showCertificate();
    } catch (error) {
      if (error instanceof ApiError && (error.status === 404 || error.status === 400))
        node.replaceChildren(missingView(page).node);
      else line.show(errorText(error, words));
    }
  };
  /** The least that any vantage point measured. */
  const showCertificate = async (): Promise<void> => {
    if (now?.probe.kind !== 'https') return;
    const machines = latencyOf(page, now);
    const found = await Promise.all(
      machines.map(async ({ machine }) => {
        const { latest } = await page.api.machine(machine);
        return latest.find(({ name }) => name === `probe.certificate.expiry:${id}`)?.value;
      }),
    );
    const known = found.filter((value) => value !== undefined);
    if (known.length === 0) return;
    const leftS = Math.min(...known);
    const until = dateIn(words.language).format(clock.now() + leftS * 1000);
    const days = words.count('count.days', Math.max(0, Math.floor(leftS / 86_400)));
    setText(
      certificate,
      leftS > 0
        ? words.say('probe.certificate', { until, days })
        : words.say('probe.certificateOver', { until }),
    );
  };
  /** When it was checked last is no event. */
  const refresh = async (): Promise<void> => {
    if (stopped || document.hidden || now === null) return;
    try {
      learn(await watch.probe(id));
    } catch (error) {
      // The shell says when the box does not answer, and the next round asks again.
      console.info('the probe was not read again:', error);
    }
  };
  const rounds = setInterval(() => void refresh(), refreshMs);
  ends.add(
    () => {
      stopped = true;
      clearInterval(rounds);
    },
    connection.onProbe((change) => {
      if ('probeRemoved' in change) {
        if (change.probeRemoved === id) node.replaceChildren(missingView(page).node);
      } else if (change.probe.probe.id === id) learn(change.probe);
    }),
    connection.onUp(() => void load()),
    () => latency.stop(),
  );
  void load();
  return { node, title: words.say('nav.probes'), stop: () => ends.all() };
}
