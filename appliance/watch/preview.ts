/** What would have fired: a rule as somebody thinks of it, shown the past by the same evaluation that judges the present. */
import type { JournalEntry, Machine, StoreClient } from '../store/client/client.ts';
import type { ProbeDefinition } from './client/probes.ts';
import type { NewRule, Preview, PreviewIncident, WatchText } from './client/types.ts';
import { type Came, comingsOf } from './comings.ts';
import { alwaysUp, Evaluation, type Judgement, judgesSeries } from './evaluation.ts';
import { incidentText } from './incidents/texts.ts';
import { pastOf, type Sample } from './past.ts';
import { previewProbes } from './preview-probes.ts';
import { type Effective, effectiveOf } from './rules/book.ts';
import { dayMs, minuteMs } from './rules/rule.ts';
import { probeIdOf } from './verdict/probe-series.ts';

type PreviewStore = Pick<StoreClient, 'latest' | 'exportPage' | 'range' | 'journalPage'>;

/** Within two days every sample is kept; before that a value a minute. */
const rawDays = 2;
const mostIncidents = 50;
const mostEntries = 5_000;
/** Time passes in such steps where nothing was measured. */
const tickMs = minuteMs;
/** What the box waits until it calls a machine vanished, unless it is configured otherwise. */

export async function preview(o: {
  store: PreviewStore;
  rule: NewRule;
  machines: readonly Machine[];
  /** All that there are. */
  probes: readonly ProbeDefinition[];
  fromMs: number;
  toMs: number;
  signal?: AbortSignal;
}): Promise<Preview> {
  const rule = effectiveOf('preview', o.rule);
  const patterns = rule.kind.metrics(rule.options);
  const isFine = o.toMs - o.fromMs <= rawDays * dayMs;
  const answer: Preview = {
    ...{ fromMs: o.fromMs, toMs: o.toMs, stepMs: patterns.length === 0 || isFine ? null : minuteMs },
    ...{ machines: [], probes: [], warnings: [] },
  };
  if (patterns.some((metric) => probeIdOf(metric) !== null)) {
    answer.probes = await previewProbes({
      ...{ ...o, rule, tier: isFine ? 'raw' : 'minute', most: mostIncidents },
      presencesOf: async (machine) => comingsOf(await statesOf(o, machine)),
    });
    if (answer.probes.length === 0) answer.warnings.push(noProbe);
    return answer;
  }
  let series = 0;
  for (const { machine, name } of o.machines) {
    o.signal?.throwIfAborted();
    const presences = comingsOf(await statesOf(o, machine));
    const found: PreviewIncident[] = [];
    const names =
      patterns.length === 0
        ? ['']
        : (await o.store.latest(machine)).map((one) => one.name).filter((one) => judgesSeries(rule, one));
    const past =
      patterns.length === 0
        ? new Map<string, Sample[]>()
        : await pastOf(o.store, { ...o, machine, names }, isFine ? 'raw' : 'minute', o.signal);
    for (const subject of names)
      found.push(
        ...replay({ ...o, rule, machine, name, subject, presences, samples: past.get(subject) ?? [] }),
      );
    series += names.length;
    const incidents = found.sort((a, b) => a.openedMs - b.openedMs).slice(0, mostIncidents);
    answer.machines.push({ machine, series: names.length, incidents });
  }
  if (patterns.length > 0 && series === 0) answer.warnings.push(noSuchMetric(patterns));
  return answer;
}

/** Steps through one subject's past: samples, comings and goings, and time where there is nothing else. */
function replay(o: {
  rule: Effective;
  machine: number;
  name: string;
  subject: string;
  presences: readonly Came[];
  samples: readonly Sample[];
  fromMs: number;
  toMs: number;
}): PreviewIncident[] {
  const incidents: PreviewIncident[] = [];
  const onVerdict = ({ verdict, evidence, atMs, subject }: Judgement) => {
    const last = incidents.at(-1);
    const isOpen = last !== undefined && last.resolvedMs === null;
    if (verdict === 'bad' && !isOpen) {
      const text = incidentText(o.name, o.rule.kind.words(evidence, subject));
      incidents.push({ subject, openedMs: atMs, resolvedMs: null, text, evidence });
    } else if (verdict === 'good' && isOpen) last.resolvedMs = atMs;
  };
  // Who was away was not measured either: nobody says here which of the two it was.
  const evaluation = new Evaluation({ onVerdict, goneAfterMs: Number.POSITIVE_INFINITY });
  evaluation.watch(o.machine, [o.rule], alwaysUp, o.fromMs);
  let at = 0;
  let nowMs = o.fromMs;
  const passTo = (toMs: number) => {
    for (const step of o.presences.slice(at)) {
      if (step.atMs > toMs) break;
      tickTo(step.atMs);
      evaluation.presence(o.machine, step.presence, Math.max(step.atMs, o.fromMs));
      at++;
    }
    tickTo(toMs);
  };
  const tickTo = (toMs: number) => {
    for (let next = nowMs + tickMs; next < toMs; next += tickMs) evaluation.time(next);
    nowMs = Math.max(nowMs, toMs);
  };
  for (const { tMs, ...value } of o.samples) {
    passTo(tMs);
    evaluation.sample(o.machine, o.subject, value, tMs);
  }
  passTo(o.toMs);
  return incidents;
}

async function statesOf(o: { store: PreviewStore; fromMs: number; toMs: number }, machine: number) {
  const { store, fromMs, toMs } = o;
  const entries: JournalEntry[] = [];
  for (let before: number | undefined; entries.length < mostEntries; ) {
    const page = await store.journalPage({ kind: 'machine', machine, fromMs, toMs, limit: 1_000, before });
    entries.push(...page.entries);
    if (page.more === null) break;
    before = page.more;
  }
  return entries.reverse();
}

const noProbe: WatchText = {
  en: 'There is no probe that this rule would judge.',
  fr: 'Il n’y a aucune sonde que cette règle jugerait.',
};

function noSuchMetric(patterns: readonly string[]): WatchText {
  const named = patterns.join(', ');
  return { en: `No machine measures ${named}.`, fr: `Aucune machine ne mesure ${named}.` };
}
