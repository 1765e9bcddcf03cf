/**
 * What rules about probes ought to think at each moment of a history, worked out plainly: all looks in a list, rounds cut out
 * of it, and for each rule the rounds since it last began anew. Written apart from the watch.
 */
import type { Seen } from './life.ts';
import { machines, measured, type ProbeRule, probeRules, probeSettings, probes } from './script.ts';

type Verdict = 'good' | 'bad' | 'unknown';
type Kept = (typeof measured)[number];
type Look = { kept: Kept; machine: number; tMs: number; value: number };
/** What a rule is shown: a value, that nobody knows any more, or that time has passed. */
type Shown = { at: number; tMs: number } & (
  | { is: 'value'; kept: Kept; value: number }
  | { is: 'blind' }
  | { is: 'time' }
);

const keptBy: Record<ProbeRule, Kept> = {
  'probe-failing': 'probe.up:',
  'probe-failing-somewhere': 'probe.up:',
  'probe-latency': 'probe.duration:',
  'probe-flapping': 'probe.up:',
  'certificate-week': 'probe.certificate.expiry:',
  'certificate-expired': 'probe.certificate.expiry:',
};
const shownAs: Record<Kept, string> = {
  'probe.up:': 'probe.state:',
  'probe.duration:': 'probe.latency:',
  'probe.certificate.expiry:': 'probe.certificate:',
};

/** Rules and what they judge, in the order in which they are asked. */
export const probeCases: [ProbeRule, string][] = probes.flatMap(({ id }) =>
  probeRules.map((rule): [ProbeRule, string] => [rule, shownAs[keptBy[rule]] + id]),
);

/** The probe that something seen is about, if it is about one. */
export function probeOf(series: string): string | null {
  return measured.some((kept) => series.startsWith(kept)) ? series.slice(series.lastIndexOf(':') + 1) : null;
}

export function probeVerdicts(seen: readonly Seen[]): (rule: string, subject: string, at: number) => Verdict {
  const verdicts = new Map<string, Verdict[]>();
  for (const { id, vantages, intervalMs } of probes) {
    const shown = shownOf(seen, id, vantages, 2.5 * intervalMs + 30_000);
    for (const rule of probeRules)
      verdicts.set(`${rule} ${shownAs[keptBy[rule]]}${id}`, thought(rule, shown, seen.length));
  }
  return (rule, subject, at) => verdicts.get(`${rule} ${subject}`)![at]!;
}

function shownOf(seen: readonly Seen[], id: string, vantages: readonly number[], staleMs: number): Shown[] {
  const shown: Shown[] = [];
  const up = new Set<number>(machines);
  /** Of machines that were there since. */
  let looks: Look[] = [];
  const open: Record<Kept, Look[]> = {
    'probe.up:': [],
    'probe.duration:': [],
    'probe.certificate.expiry:': [],
  };
  let isBlind = true;
  const latest = (kept: Kept, machine: number, tMs: number) => {
    const last = looks.findLast((one) => one.kept === kept && one.machine === machine);
    return last !== undefined && tMs - last.tMs <= staleMs ? last : undefined;
  };
  const forget = (machine: number) => {
    looks = looks.filter((one) => one.machine !== machine);
    for (const kept of measured) open[kept] = open[kept].filter((one) => one.machine !== machine);
  };
  const lookAround = (at: number, tMs: number) => {
    const isKnown = vantages.some((machine) => latest('probe.up:', machine, tMs) !== undefined);
    if (isBlind || isKnown) return;
    isBlind = true;
    shown.push({ at, tMs, is: 'blind' });
  };
  for (const [at, one] of seen.entries()) {
    const { tMs } = one;
    if (one.saw === 'machine' || one.saw === 'remove') {
      const isThere = one.saw === 'machine' && one.state === 'up';
      // Who comes back begins anew, also if nobody saw it go.
      forget(one.machine);
      if (isThere) up.add(one.machine);
      else up.delete(one.machine);
      lookAround(at, tMs);
    } else if (one.saw === 'back') {
      lookAround(at, tMs);
    } else if (one.saw === 'look' || one.saw === 'start') {
      lookAround(at, tMs);
      shown.push({ at, tMs, is: 'time' });
    } else if (one.saw === 'sample' && probeOf(one.series) === id) {
      const { machine, value } = one;
      if (!vantages.includes(machine) || !up.has(machine)) continue;
      const kept = measured.find((prefix) => one.series.startsWith(prefix))!;
      const look = { kept, machine, tMs, value };
      const wasKnown = vantages.some((each) => latest('probe.up:', each, tMs) !== undefined);
      looks.push(look);
      const told = kept === 'probe.certificate.expiry:' ? soonest() : round(look);
      if (told === null) continue;
      if (!isBlind && !wasKnown) shown.push({ at, tMs, is: 'blind' });
      isBlind = false;
      shown.push({ at, tMs, is: 'value', kept, value: told });
      function soonest(): number {
        return Math.min(...vantages.flatMap((each) => latest(kept, each, tMs)?.value ?? []));
      }
    }
  }
  return shown;

  /** Everybody who knows has looked once; or one looks again, and then what there was is told. */
  function round(look: Look): number | null {
    const { kept, tMs } = look;
    const before = open[kept];
    const isAgain = before.some(({ machine }) => machine === look.machine);
    const now = isAgain ? [look] : [...before, look];
    const missing = vantages.filter(
      (machine) => latest(kept, machine, tMs) !== undefined && !now.some((one) => one.machine === machine),
    );
    open[kept] = missing.length === 0 ? [] : now;
    if (missing.length > 0 && !isAgain) return null;
    const values = (missing.length === 0 ? now : before).map(({ value }) => value).sort((a, b) => a - b);
    if (kept === 'probe.up:') return values.filter((value) => value === 1).length / values.length;
    return values[Math.ceil(values.length / 2) - 1]!;
  }
}

/** The verdict after each thing seen. */
function thought(rule: ProbeRule, shown: readonly Shown[], length: number): Verdict[] {
  const verdicts: Verdict[] = [];
  const own = shown.filter((one) => one.is !== 'value' || one.kept === keptBy[rule]);
  let isBad = false;
  let verdict: Verdict = 'unknown';
  let next = 0;
  for (let at = 0; at < length; at++) {
    for (; next < own.length && own[next]!.at === at; next++) {
      const now = own[next]!;
      if (now.is === 'blind') {
        verdict = 'unknown';
        continue;
      }
      if (now.is === 'time' && (rule !== 'probe-flapping' || verdict === 'unknown')) continue;
      isBad = isBadAt(rule, own.slice(0, next + 1), isBad);
      verdict = isBad ? 'bad' : 'good';
    }
    verdicts.push(verdict);
  }
  return verdicts;
}

/** From everything that it was shown, the last being of now. */
function isBadAt(rule: ProbeRule, shown: readonly Shown[], wasBad: boolean): boolean {
  const { tMs } = shown.at(-1)!;
  const values = (since: readonly Shown[]) => since.flatMap((one) => (one.is === 'value' ? [one] : []));
  const tail = <T>(all: readonly T[], fits: (one: T) => boolean) =>
    all.slice(all.findLastIndex((one) => !fits(one)) + 1);
  if (rule === 'probe-flapping') {
    const { changes, withinMs } = probeSettings[rule].options;
    let seenUp: boolean | null = null;
    const changed: number[] = [];
    for (const one of shown) {
      if (one.is === 'blind') seenUp = null;
      if (one.is !== 'value') continue;
      const isUp = one.value >= 0.5;
      if (seenUp !== null && seenUp !== isUp) changed.push(one.tMs);
      seenUp = isUp;
    }
    const recent = changed.filter((changedMs) => changedMs > tMs - withinMs);
    // That it changes now is no reason to stay bad.
    const left = recent.filter((changedMs) => changedMs < tMs || shown.at(-1)!.is !== 'value');
    return recent.length >= changes || (wasBad && left.length >= changes / 2);
  }
  const since = values(shown.slice(shown.findLastIndex(({ is }) => is === 'blind') + 1));
  if (rule === 'probe-failing' || rule === 'probe-failing-somewhere') {
    const { failures, forMs, who } = probeSettings[rule].options;
    const run = tail(since, ({ value }) => (who === 'everybody' ? value === 0 : value < 1));
    if (run.length === 0) return false;
    return wasBad || run.length >= failures || (run.length >= 2 && tMs - run[0]!.tMs >= forMs);
  }
  if (rule === 'probe-latency') {
    const { limitMs, hysteresisMs, checks } = probeSettings[rule].options;
    const isAbove = (value: number) => value * 1000 >= limitMs;
    const isBack = (value: number) => value * 1000 < limitMs - hysteresisMs;
    if (wasBad) return tail(since, ({ value }) => isBack(value)).length < checks;
    // Of four times the looks that it takes.
    const run = tail(since, ({ value }) => !isBack(value))
      .slice(-4 * checks)
      .filter(({ value }) => isAbove(value));
    return isAbove(since.at(-1)!.value) && run.length >= checks;
  }
  const { days } = probeSettings[rule].options;
  const newer = tail(values(shown), ({ value }) => value > days * 86_400);
  return newer.length === 0 || (wasBad && newer.length < 3);
}
