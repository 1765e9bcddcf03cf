/** What a rule about probes would have found: what the vantage points measured, shown anew as it is shown live. */
import type { ExportColumn, Machine, StoreClient } from '../store/client/client.ts';
import type { ProbeDefinition } from './client/probes.ts';
import type { Preview, PreviewIncident } from './client/types.ts';
import { Evaluation, type Judgement } from './evaluation.ts';
import type { Effective } from './rules/book.ts';
import { minuteMs, type Presence } from './rules/rule.ts';
import { JudgedProbes } from './verdict/judged-probes.ts';
import { keptOfProbes, probeCertificate, probeLatency, probeState } from './verdict/probe-series.ts';

type Came = { atMs: number; presence: Presence };
export type ProbePreviewOptions = {
  store: Pick<StoreClient, 'exportPage'>;
  rule: Effective;
  probes: readonly ProbeDefinition[];
  machines: readonly Machine[];
  fromMs: number;
  toMs: number;
  /** Every sample, or what minutes say of how many looks went how. */
  tier: 'raw' | 'minute';
  /** Comings and goings of a machine, oldest first. */
  presencesOf(machine: number): Promise<readonly Came[]>;
  most: number;
  signal?: AbortSignal | undefined;
};

type Step = { atMs: number; machine: number } & ({ value: number; series: string } | { presence: Presence });

const kept = [
  [probeState, keptOfProbes.up],
  [probeLatency, keptOfProbes.duration],
  [probeCertificate, keptOfProbes.expiry],
] as const;

export async function previewProbes(o: ProbePreviewOptions): Promise<Preview['probes']> {
  const local = o.machines.find((machine) => machine.local)?.machine;
  const found: Preview['probes'] = [];
  const came = new Map<number, readonly Came[]>();
  for (const probe of o.probes) {
    const prefixes = kept.filter(([shown]) =>
      o.rule.kind.metrics(o.rule.options).some((metric) => isOf(metric, shown + probe.id)),
    );
    if (prefixes.length === 0) continue;
    const vantages = probe.vantages.length > 0 ? probe.vantages : local === undefined ? [] : [local];
    const steps: Step[] = [];
    for (const machine of vantages) {
      o.signal?.throwIfAborted();
      if (!o.machines.some((one) => one.machine === machine)) continue;
      const presences = came.get(machine) ?? (await o.presencesOf(machine));
      came.set(machine, presences);
      for (const step of presences) steps.push({ ...step, machine });
      // Whether anybody knows how it is counts for every rule.
      const names = [...new Set([keptOfProbes.up, ...prefixes.map(([, prefix]) => prefix)])].map(
        (prefix) => prefix + probe.id,
      );
      steps.push(...(await measured(o, machine, names)));
    }
    const incidents = replayed(o, probe, steps);
    found.push({ probe: probe.id, name: probe.name, incidents: incidents.slice(0, o.most) });
  }
  return found;
}

function isOf(metric: string, series: string): boolean {
  return metric.endsWith('*') ? series.startsWith(metric.slice(0, -1)) : metric === series;
}

async function measured(o: ProbePreviewOptions, machine: number, names: string[]): Promise<Step[]> {
  const steps: Step[] = [];
  const { fromMs, toMs, tier, signal } = o;
  let cursor: string | undefined;
  do {
    const page = await o.store.exportPage(
      { machine, names, fromMs, toMs, tier, ...(cursor === undefined ? {} : { cursor }) },
      signal === undefined ? undefined : { signal },
    );
    for (const column of page.columns)
      for (const [row, tMs] of page.times.entries())
        for (const { atMs, value } of looksOf(column, row, tMs))
          steps.push({ atMs, machine, series: column.name, value });
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return steps;
}

/** The looks of a cell as they may have been: as many of each outcome, and the last one as it was. */
function looksOf(column: ExportColumn, row: number, tMs: number): { atMs: number; value: number }[] {
  const unit = 10 ** column.scale;
  const sample = column.values?.[row] ?? null;
  if (column.values !== undefined) return sample === null ? [] : [{ atMs: tMs, value: sample / unit }];
  const looks = column.count?.[row] ?? 0;
  const sum = (column.sum?.[row] ?? 0) / unit;
  const isUpAtLast = (column.last?.[row] ?? 0) / unit >= 0.5;
  const isUp = column.name.startsWith(keptOfProbes.up);
  return Array.from({ length: looks }, (_, at) => {
    const atMs = tMs + ((at + 0.5) * minuteMs) / looks;
    if (!isUp) return { atMs, value: sum / looks };
    const ups = isUpAtLast ? at >= looks - sum : at < sum;
    return { atMs, value: ups ? 1 : 0 };
  });
}

function replayed(o: ProbePreviewOptions, probe: ProbeDefinition, steps: Step[]): PreviewIncident[] {
  const incidents: PreviewIncident[] = [];
  let nowMs = o.fromMs;
  const there = new Map(o.machines.map((one) => [one.machine, { ...one, state: 'up' as Machine['state'] }]));
  const evaluation = new Evaluation({
    onVerdict({ verdict, evidence, subject, atMs }: Judgement) {
      const last = incidents.at(-1);
      const isOpen = last !== undefined && last.resolvedMs === null;
      if (verdict === 'bad' && !isOpen) {
        const whole = { ...judged.evidenceOf(subject), ...evidence };
        const text = o.rule.kind.words(whole, subject);
        incidents.push({ subject, openedMs: atMs, resolvedMs: null, text, evidence: whole });
      } else if (verdict === 'good' && isOpen) last.resolvedMs = atMs;
    },
  });
  const judged: JudgedProbes = new JudgedProbes({
    evaluation,
    atMs: () => nowMs,
    machine: (machine) => there.get(machine),
    upSinceMs: () => Number.NEGATIVE_INFINITY,
    box: () => o.machines.find((machine) => machine.local)?.machine,
    onBegin: (place) => evaluation.watch(place, [o.rule], judged.presenceOf(place), nowMs),
    onEnd: (place) => evaluation.forget(place),
  });
  judged.define([{ ...probe, enabled: true }]);
  const passTo = (toMs: number) => {
    for (let next = nowMs + minuteMs; next < toMs; next += minuteMs) {
      nowMs = next;
      judged.look();
    }
    nowMs = Math.max(nowMs, toMs);
  };
  for (const step of steps.sort((a, b) => a.atMs - b.atMs)) {
    passTo(step.atMs);
    if ('presence' in step) {
      const machine = there.get(step.machine);
      if (machine !== undefined) there.set(step.machine, { ...machine, state: step.presence.state });
      judged.machinesChanged();
    } else judged.value(step.machine, step.series, step.value, step.atMs);
  }
  passTo(o.toMs);
  return incidents;
}
