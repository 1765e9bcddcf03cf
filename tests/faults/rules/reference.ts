/**
 * What ought to come of a history, worked out plainly: for each moment from everything that was seen before it. Written
 * apart from the watch, with neither its rules nor its table of transitions.
 */
import { badSpans, gapMs, type Sample } from './bad-spans.ts';
import type { Found, Seen } from './life.ts';
import { probeCases, probeOf, probeVerdicts } from './probe-reference.ts';
import {
  above,
  machines,
  pauses,
  probeSettings,
  rulesOf,
  type Script,
  series,
  severity,
  vanishedSettings,
} from './script.ts';

type Verdict = 'good' | 'bad' | 'unknown';
type State = { tMs: number; state: string; sinceMs: number; heardMs: number };

type Open = Found & {
  isTold: boolean;
  toldMs: number | null;
  isAcknowledged: boolean;
  untilMs: number | null;
  verdict: Verdict;
};

export function expectedOf(seen: readonly Seen[], script: Script): Found[] {
  const statesOf = (machine: number): State[] => [
    { tMs: 0, state: 'up', sinceMs: 0, heardMs: 0 },
    ...seen.flatMap((one) => (one.saw === 'machine' && one.machine === machine ? [one] : [])),
  ];
  const states = new Map(machines.map((machine) => [machine as number, changesIn(statesOf(machine))]));
  const stateAt = (machine: number, at: number): State =>
    states.get(machine)!.findLast((one) => orderOf.get(one)! <= at) ?? states.get(machine)![0]!;
  // In which order things were seen, when they were seen at the same time.
  const orderOf = new Map<State, number>();
  for (const all of states.values())
    for (const one of all)
      orderOf.set(
        one,
        seen.findIndex((other) => (other as unknown) === one),
      );

  const badAt = new Map<string, Map<number, { isBad: boolean }>>();
  const samplesOf = (machine: number, name: string) =>
    seen.flatMap((one, at): Sample[] => {
      const isMeant = one.saw === 'sample' && one.machine === machine && one.series === name;
      return isMeant && stateAt(machine, at).state === 'up' ? [{ at, tMs: one.tMs, value: one.value }] : [];
    });
  const samples = new Map<string, Sample[]>();
  for (const machine of machines)
    for (const name of series) {
      const all = samplesOf(machine, name);
      samples.set(`${machine} ${name}`, all);
      for (const rule of rulesOf[name]!) {
        const leaves = states.get(machine)!.slice(1);
        badAt.set(
          `${rule} ${machine} ${name}`,
          badSpans(
            all,
            rule,
            leaves.map((one) => orderOf.get(one)!),
          ),
        );
      }
    }

  const probeVerdictOf = probeVerdicts(seen);
  const verdictOf = (rule: string, machine: number | null, subject: string, at: number): Verdict => {
    if (machine === null) return probeVerdictOf(rule, subject, at);
    const nowMs = seen[at]!.tMs;
    const state = stateAt(machine, at);
    if (rule === 'vanished') return vanishedAt(machine, at);
    if (state.state !== 'up') return 'unknown';
    const last = samples.get(`${machine} ${subject}`)!.findLast((one) => one.at <= at);
    if (last === undefined || last.tMs < state.sinceMs || nowMs - last.tMs > gapMs) return 'unknown';
    return badAt.get(`${rule} ${machine} ${subject}`)!.get(last.at)!.isBad ? 'bad' : 'good';
  };

  const isExpectedOff = (machine: number, tMs: number) =>
    machine === 3 &&
    script.expectedOff !== null &&
    tMs >= script.expectedOff.fromMs &&
    tMs < script.expectedOff.toMs;
  const vanishedAt = (machine: number, upTo: number): Verdict => {
    const alarm = vanishedMemory.get(machine)!;
    return alarm(upTo);
  };
  const vanishedMemory = new Map(machines.map((machine) => [machine as number, vanishedHistory(machine)]));
  function vanishedHistory(machine: number): (at: number) => Verdict {
    const moments = seen.flatMap((one, at) => {
      const own =
        one.saw === 'look' || one.saw === 'start' || (one.saw === 'machine' && one.machine === machine);
      return own && one.unwatched !== true ? [at] : [];
    });
    const verdicts = new Map<number, Verdict>();
    let isBad = false;
    let wasOff = isExpectedOff(machine, 0);
    let expectedSinceMs = Number.NEGATIVE_INFINITY;
    for (const at of moments) {
      const { tMs, saw } = seen[at]!;
      const state = stateAt(machine, at);
      if (saw === 'start') {
        wasOff = isExpectedOff(machine, tMs);
        // Whoever begins asks when the timetable ended.
        const endedMs = script.expectedOff?.toMs ?? Number.NEGATIVE_INFINITY;
        expectedSinceMs = machine === 3 && endedMs <= tMs ? endedMs : Number.NEGATIVE_INFINITY;
      } else if (saw === 'look') {
        const off = isExpectedOff(machine, tMs);
        if (wasOff && !off) expectedSinceMs = tMs;
        wasOff = off;
      }
      if (['up', 'asleep', 'off'].includes(state.state)) isBad = false;
      else if (state.state === 'vanished' && !wasOff)
        isBad ||= tMs - Math.max(state.heardMs, expectedSinceMs) >= vanishedSettings.afterMs;
      const verdict = ['up', 'asleep', 'off'].includes(state.state)
        ? 'good'
        : wasOff || state.state === 'silent'
          ? 'unknown'
          : isBad
            ? 'bad'
            : 'good';
      verdicts.set(at, verdict);
    }
    return (at) => verdicts.get(at) ?? 'unknown';
  }

  const all: Open[] = [];
  const removed = new Set<number>();
  const disabled = new Set<string>();
  /** Which rules began anew, because one of them was switched off just now. */
  let anew: { at: number; isOfProbes: boolean } | null = null;
  const cases = (): [string, number | null, string][] => [
    ...ofMachines(),
    ...probeCases
      .filter(([rule]) => !disabled.has(rule))
      .map(([rule, subject]): [string, null, string] => [rule, null, subject]),
  ];
  const ofMachines = (): [string, number, string][] =>
    machines.flatMap((machine) =>
      removed.has(machine)
        ? []
        : [
            ['vanished', machine, ''] as [string, number, string],
            ...series.flatMap((name) =>
              rulesOf[name]!.map((rule) => [rule, machine, name] as [string, number, string]),
            ),
          ].filter(([rule]) => !disabled.has(rule)),
    );
  const openOnes = () => all.filter((one) => one.resolvedMs === null);
  /** Two probes are two matters. */
  const ofSame = (one: Open, { rule, machine, subject }: Open) =>
    one.rule === rule && one.machine === machine && (machine !== null || one.subject === subject);
  const lastTold = (of: Open) =>
    Math.max(
      Number.NEGATIVE_INFINITY,
      ...all.filter((one) => ofSame(one, of)).map((one) => one.toldMs ?? Number.NEGATIVE_INFINITY),
    );
  const inSpan = (span: { fromMs: number; toMs: number } | null, tMs: number) =>
    span !== null && tMs >= span.fromMs && tMs < span.toMs;

  const finish = (one: Open, tMs: number, ending: string) => {
    one.resolvedMs = tMs;
    one.ending = ending;
    one.state = 'resolved';
    if (ending === 'recovered' && one.isTold) one.told.push(`recovered ${tMs}`);
  };
  const weigh = (some: readonly Open[], tMs: number) => {
    const before = openOnes().map(({ rule, machine, subject }) => `${rule} ${machine} ${subject}`);
    for (const one of some) {
      const { rule, machine, subject } = one;
      const isExplained =
        above[rule] !== undefined && before.includes(`${above[rule]} ${machine} ${subject}`);
      const isHeld =
        isExplained ||
        ((machine === 2 || subject.endsWith(':bbbbbbbb')) && inSpan(script.maintenance, tMs)) ||
        (severity[rule]! < 2 && inSpan(script.quiet, tMs));
      const { cooldownMs, repeatMs } = pauses[rule]!;
      if (!one.isTold && !one.isAcknowledged && !isHeld && tMs - lastTold(one) >= cooldownMs) {
        one.isTold = true;
        one.toldMs = tMs;
        one.told.push(`opened ${tMs}`);
      }
      const isDue = one.isTold && !one.isAcknowledged && !isHeld && one.verdict === 'bad' && repeatMs > 0;
      if (isDue && tMs - one.toldMs! >= repeatMs) {
        one.toldMs = tMs;
        one.told.push(`repeated ${tMs}`);
      }
    }
  };

  for (const [at, one] of seen.entries()) {
    const { tMs } = one;
    if (one.unwatched) continue;
    if (one.saw === 'remove') {
      removed.add(one.machine);
      for (const open of openOnes()) if (open.machine === one.machine) finish(open, tMs, 'machine-removed');
      continue;
    }
    if (one.saw === 'disable') {
      if (disabled.has(one.rule)) continue;
      disabled.add(one.rule);
      anew = { at, isOfProbes: isOfProbes(one.rule) };
      // Everything begins anew, and waits for what comes.
      for (const open of openOnes())
        if (open.subject !== '' && isOfProbes(open.rule) === isOfProbes(one.rule)) open.verdict = 'unknown';
      for (const open of openOnes()) if (open.rule === one.rule) finish(open, tMs, 'rule-removed');
      continue;
    }
    if (one.saw === 'acknowledge' || one.saw === 'release') {
      const { rule, machine, subject } = one;
      const open = openOnes().find(
        (it) => it.rule === rule && it.machine === machine && it.subject === subject,
      );
      // Then they differ already.
      if (open === undefined) continue;
      if (one.saw === 'release' && !open.isAcknowledged) continue;
      open.isAcknowledged = one.saw === 'acknowledge';
      open.state = one.saw === 'acknowledge' ? 'acknowledged' : 'open';
      open.untilMs = one.saw === 'acknowledge' ? one.untilMs : null;
      continue;
    }
    if (one.saw === 'start') {
      for (const open of openOnes()) open.verdict = 'unknown';
    }
    const fresh: Open[] = [];
    const late: Open[] = [];
    const concerned = cases().filter(([, machine, subject]) =>
      one.saw === 'look' || one.saw === 'start'
        ? true
        : one.saw === 'back'
          ? machine === null
          : one.saw === 'machine'
            ? machine === one.machine || machine === null
            : machine === null
              ? subject.endsWith(`:${probeOf(one.series)}`)
              : machine === one.machine && subject === one.series,
    );
    for (const [rule, machine, subject] of concerned) {
      // What begins anew reads its past after that look.
      const isOfRule = anew?.at === at - 1 && anew.isOfProbes === isOfProbes(rule);
      const isLate = one.saw === 'look' && isOfRule && subject !== '';
      const verdict = verdictOf(rule, machine, subject, at);
      const open = openOnes().find(
        (other) => other.rule === rule && other.machine === machine && other.subject === subject,
      );
      if (open !== undefined) {
        if (isLate && verdict === 'bad') late.push(open);
        else open.verdict = verdict;
        if (verdict === 'good') finish(open, tMs, 'recovered');
      } else if (verdict === 'bad') {
        const opened: Open = {
          ...{ id: all.length + 1, rule, machine, subject, openedMs: tMs, resolvedMs: null, ending: null },
          ...{
            state: 'open',
            told: [],
            isTold: false,
            toldMs: null,
            isAcknowledged: false,
            untilMs: null,
            verdict,
          },
        };
        all.push(opened);
        fresh.push(opened);
      }
    }
    if (one.saw !== 'look') {
      weigh(fresh, tMs);
      continue;
    }
    for (const open of openOnes())
      if (open.isAcknowledged && open.untilMs !== null && tMs >= open.untilMs) {
        open.isAcknowledged = false;
        open.untilMs = null;
        open.state = 'open';
      }
    weigh(openOnes(), tMs);
    for (const open of late) open.verdict = 'bad';
  }
  return all.map(
    ({ isTold: _1, toldMs: _2, isAcknowledged: _3, untilMs: _4, verdict: _5, ...found }) => found,
  );
}

const isOfProbes = (rule: string) => Object.hasOwn(probeSettings, rule);

/** The same state told again is no change, unless it began anew. */
function changesIn(all: readonly State[]): State[] {
  return all.filter(
    (one, at) => at === 0 || one.state !== all[at - 1]!.state || one.sinceMs !== all[at - 1]!.sinceMs,
  );
}
