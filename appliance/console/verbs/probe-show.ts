/** `netmonitor probe show`: one of them, what each machine found, and how much of the time it was reached. */
import { probeReasons } from '../../protocol/probes/reasons.table.ts';
import { aimOf } from '../../protocol/probes/target.ts';
import type { AvailabilitySpan, ProbeState, VantageResult } from '../../watch/client/probes.ts';
import { moment } from '../format.ts';
import { type Cell, plain, table, toJson } from '../print.ts';
import type { Language } from '../words.ts';
import { probeMeant } from './probe-named.ts';
import { period } from './probe-options.ts';
import { foundWords, saying, verdictWords } from './probe-words.table.ts';
import type { Call } from './verb.ts';

export async function showProbe(call: Call): Promise<0> {
  const { box, terminal, json } = call;
  const state = await probeMeant(call);
  const spans = await box.watch.probeAvailability(state.probe.id);
  if (json) terminal.print(toJson({ ...state, availability: spans }, 2));
  else for (const line of await lines(call, state, spans)) terminal.print(line);
  return 0;
}

async function lines(call: Call, state: ProbeState, spans: readonly AvailabilitySpan[]): Promise<string[]> {
  const { terminal, language, nowMs } = call;
  const say = saying(language);
  const { probe, verdict, sinceMs, text, vantages } = state;
  const since =
    sinceMs === null ? '' : ` · ${call.say('since').toLowerCase()} ${moment(sinceMs, nowMs, language)}`;
  const names = vantages.length === 0 ? new Map<number, string>() : await namesOf(call);
  const tone = verdict === 'good' ? 'well' : verdict === 'bad' ? 'bad' : 'soft';
  return [
    terminal.paint('strong', plain(`${probe.name} · ${probe.kind} ${aimOf(probe.options)} · ${probe.id}`)),
    `${terminal.paint(tone, verdictWords[verdict][language])}${since} · ${plain(text[language])}`,
    plain((await notesOf(call, state)).join(' · ')),
    ...(vantages.length === 0 ? [] : ['', ...found(call, vantages, names)]),
    '',
    ...table(
      [say('reached'), '', ''],
      spans.map((span) => reached(span, language)),
      terminal.paint,
    ),
  ];
}

async function notesOf({ box, language }: Call, { probe, incident }: ProbeState): Promise<string[]> {
  const say = saying(language);
  const { parent } = probe;
  const front =
    parent === null ? undefined : (await box.watch.probes()).find((one) => one.probe.id === parent);
  return [
    say('every', period(probe.intervalMs, language)),
    ...(probe.enabled ? [] : [say('stopped')]),
    ...(probe.builtIn ? [say('builtIn')] : []),
    ...(probe.beyond ? [say('beyond')] : []),
    ...(parent === null ? [] : [say('behind', front?.probe.name ?? parent)]),
    ...(probe.groups.length === 0 ? [] : [say('groups', probe.groups.join(', '))]),
    ...(incident === null ? [] : [say('incident', incident)]),
  ];
}

async function namesOf({ box }: Call): Promise<Map<number, string>> {
  const machines = await box.store.machines();
  return new Map(machines.map(({ machine, name }) => [machine, name]));
}

function found(
  { terminal, language, nowMs, say: common }: Call,
  vantages: readonly VantageResult[],
  names: ReadonlyMap<number, string>,
): string[] {
  const say = saying(language);
  const when = (ms: number | null) => (ms === null ? '' : moment(ms, nowMs, language));
  const head: Cell[] = [
    say('from'),
    common('state'),
    common('since'),
    say('last'),
    { text: say('took'), right: true },
    say('why'),
  ];
  const rows = vantages.map(({ machine, verdict, reason, sinceMs, lastMs, durationS }): Cell[] => [
    names.get(machine) ?? say('machineNo', machine),
    foundWords[verdict][language],
    when(sinceMs),
    when(lastMs),
    { text: took(durationS, language), right: true },
    reason === null ? '' : [reasonWords(reason.code, language), reason.detail].filter(Boolean).join(': '),
  ]);
  return table(head, rows, terminal.paint);
}

function reasonWords(code: string, language: Language): string {
  const words: Record<string, { en: string; fr: string }> = probeReasons;
  return Object.hasOwn(words, code) ? words[code]![language] : code;
}

function took(seconds: number | null, language: Language): string {
  if (seconds === null) return '';
  const ms = seconds * 1_000;
  const digits = ms < 9.95 ? ms.toFixed(1) : String(Math.round(ms));
  return `${language === 'fr' ? digits.replace('.', ',') : digits} ms`;
}

/** In the largest unit of which there are two. */
function rounded(seconds: number): number {
  const unitS = [86_400, 3_600, 60].find((one) => seconds >= 2 * one) ?? 1;
  return Math.round(seconds / unitS) * unitS * 1_000;
}

function reached(
  { span, share, knownS, unknownS, meanS, highestS }: AvailabilitySpan,
  language: Language,
): Cell[] {
  const say = saying(language);
  const name = language === 'fr' ? span.replace('d', 'j') : span;
  if (share === null) return [name, { text: say('notKnown'), tone: 'soft' }, ''];
  // Never rounded up to all of it.
  const percent = (Math.floor(share * 10_000) / 100).toFixed(share === 1 ? 0 : 2);
  const notes = [
    ...(meanS === null ? [] : [say('mean', took(meanS, language), took(highestS, language))]),
    ...(unknownS === 0 ? [] : [say('knownFor', period(rounded(knownS), language))]),
  ];
  return [name, `${language === 'fr' ? percent.replace('.', ',') : percent} %`, notes.join(' · ')];
}
