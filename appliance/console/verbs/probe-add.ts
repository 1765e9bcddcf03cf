/** `netmonitor probe add`: all of it by flags, or what is missing by questions to a person. */
import { type ProbeKind, probeKinds } from '../../protocol/probes/kinds.table.ts';
import { isProbeKind } from '../../protocol/probes/options.ts';
import { aimOf, hostAimedAt } from '../../protocol/probes/target.ts';
import { Failure, messageIn } from '../../runtime/errors.ts';
import type { NewProbe, ProbeState } from '../../watch/client/probes.ts';
import { toJson } from '../print.ts';
import { parseAge } from '../times.ts';
import { askYesNo } from './ask.ts';
import { commonOptions, isInterval } from './probe-common.ts';
import { actorOf, machinesNamed } from './probe-named.ts';
import {
  assertOptions,
  byFlag,
  faultOf,
  givenOptions,
  isOutside,
  kindNames,
  missingOptions,
  optionsOfKind,
  period,
  typedValue,
} from './probe-options.ts';
import { saying } from './probe-words.table.ts';
import { type Call, Misuse } from './verb.ts';

const usualIntervalMs = 20_000;

export async function addProbe(call: Call): Promise<0 | 1> {
  const { terminal, language, json } = call;
  const say = saying(language);
  const [, kind, ...named] = call.words;
  if (kind !== undefined && !isProbeKind(kind))
    throw new Misuse(`${say('noSuchKind', kind)}\n${say('needsKind', kindNames.join(', '))}`);
  const name = named.join(' ');
  const isWhole =
    kind !== undefined && name !== '' && missingOptions(kind, givenOptions(call, kind)).length === 0;
  const probe =
    isWhole || !terminal.interactive || json
      ? await byFlags(call, kind, name)
      : await byQuestions(call, kind, name);
  if (probe === null) {
    terminal.print(say('notMade'));
    return 1;
  }
  const state = await make(call, probe);
  if (state === null) {
    terminal.print(say('notMade'));
    return 1;
  }
  if (json) terminal.print(toJson(state, 2));
  else terminal.print(say(state.probe.enabled ? 'made' : 'madeStopped', state.probe.name, state.probe.id));
  return 0;
}

/** The box knows which addresses are near its machines: what it takes for far away, a person may have meant. */
async function make(call: Call, probe: NewProbe): Promise<ProbeState | null> {
  const { terminal, box, language } = call;
  try {
    return await box.watch.createProbe(probe, actorOf(call));
  } catch (error) {
    const isRefused = error instanceof Failure && error.code === 'BAD_REQUEST' && probe.beyond !== true;
    if (!isRefused || !terminal.interactive || !isOutside(probe.options)) throw byFlag(error);
    const isMeant = await askYesNo(call, saying(language)('askBeyond', hostAimedAt(probe.options)));
    return isMeant === true ? box.watch.createProbe({ ...probe, beyond: true }, actorOf(call)) : null;
  }
}

async function byFlags(call: Call, kind: ProbeKind | undefined, name: string): Promise<NewProbe> {
  if (kind === undefined || name === '')
    throw new Misuse(saying(call.language)('needsKind', kindNames.join(', ')));
  const options = givenOptions(call, kind);
  assertOptions(call, kind, options);
  return { kind, name, options, ...(await commonOptions(call)), ...startedOf(call) };
}

const startedOf = (call: Call) => (call.values.stopped === true ? { enabled: false } : {});

/** Null: nobody answers any more, or the person does not want it. */
async function byQuestions(
  call: Call,
  given: ProbeKind | undefined,
  named: string,
): Promise<NewProbe | null> {
  const { terminal, language } = call;
  const say = saying(language);
  const common = await commonOptions(call);
  const kind = given ?? (await askKind(call));
  if (kind === null) return null;
  const options = givenOptions(call, kind);
  for (const [option] of missingOptions(kind, options))
    if (!(await askOption(call, kind, options, option))) return null;
  const name = named !== '' ? named : await ask(call, say('askName'), hostAimedAt(options));
  if (name === null) return null;
  const others = optionsOfKind(kind).filter(([one]) => !Object.hasOwn(options, one));
  if (others.length > 0) {
    const colon = language === 'fr' ? ' : ' : ': ';
    terminal.print(say('usual'));
    for (const [, { about, default: value }] of others)
      terminal.print(`  ${about[language]}${colon}${value === '' ? say('empty') : value}`);
    const isMore = await askYesNo(call, say('askMore'));
    if (isMore === null) return null;
    for (const [option] of isMore ? others : [])
      if (!(await askOption(call, kind, options, option))) return null;
  }
  common.intervalMs ??= (await askInterval(call)) ?? Number.NaN;
  if (Number.isNaN(common.intervalMs)) return null;
  let from = call.values.from;
  if (common.vantages === undefined) {
    const answer = await askFrom(call);
    if (answer === null) return null;
    from = answer.from;
    common.vantages = answer.vantages;
  }
  const who = common.vantages.length === 0 ? say('theBox') : String(from);
  terminal.print(say('summary', name, kind, aimOf(options), period(common.intervalMs, language), who));
  if ((await askYesNo(call, say('askMake'))) !== true) return null;
  return { kind, name, options, ...common, ...startedOf(call) };
}

async function askKind(call: Call): Promise<ProbeKind | null> {
  const { terminal, language } = call;
  const say = saying(language);
  terminal.print(say('askKind'));
  const width = Math.max(...kindNames.map((kind) => kind.length));
  for (const kind of kindNames)
    terminal.print(`  ${kind.padEnd(width)}  ${probeKinds[kind].about[language]}`);
  for (;;) {
    const answer = await ask(call, say('askKindPrompt'), 'icmp');
    if (answer === null) return null;
    if (isProbeKind(answer)) return answer;
    terminal.print(say('noSuchKind', answer));
  }
}

/** False: nobody answers any more. The answer stands in the options then. */
async function askOption(
  call: Call,
  kind: ProbeKind,
  options: NewProbe['options'],
  name: string,
): Promise<boolean> {
  const { terminal, language } = call;
  const [, option] = optionsOfKind(kind).find(([one]) => one === name)!;
  const choices = option.type === 'choice' ? ` (${option.choices.join(', ')})` : '';
  const flags = language === 'fr' ? ' (true ou false)' : ' (true or false)';
  const question = `${option.about[language]}${option.type === 'flag' ? flags : choices}`;
  for (;;) {
    const answer = await ask(
      call,
      question,
      option.default === undefined ? undefined : String(option.default),
    );
    if (answer === null) return false;
    const value = option.type === 'flag' ? answer === 'true' : typedValue(option, answer);
    const fault = faultOf(kind, { ...options, [name]: value }, language);
    if (fault === null || fault.option !== name) {
      options[name] = value;
      return true;
    }
    terminal.print(fault.message);
  }
}

/** A name that was mistyped costs nothing of what was answered before. */
async function askFrom(call: Call): Promise<{ from: string; vantages: number[] } | null> {
  for (;;) {
    const from = await ask(call, saying(call.language)('askFrom'), 'box');
    if (from === null) return null;
    try {
      return { from, vantages: await machinesNamed(call, from) };
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'NOT_FOUND') throw error;
      call.terminal.print(messageIn(call.language, error));
    }
  }
}

async function askInterval(call: Call): Promise<number | null> {
  const say = saying(call.language);
  for (;;) {
    const answer = await ask(call, say('askEvery'), '20s');
    if (answer === null) return null;
    if (answer === '20s') return usualIntervalMs;
    const ms = parseAge(answer);
    if (ms !== null && isInterval(ms)) return ms;
    call.terminal.print(say('needsTime'));
  }
}

/** An empty answer is the usual one, where there is one. */
async function ask({ terminal, language }: Call, question: string, usual?: string): Promise<string | null> {
  const say = saying(language);
  const colon = language === 'fr' ? ' : ' : ': ';
  const shown = usual === undefined || usual === '' ? '' : ` [${usual}]`;
  for (;;) {
    const answer = (await terminal.ask(`${question}${shown}${colon}`))?.trim();
    if (answer === undefined) return null;
    if (answer !== '') return answer;
    if (usual !== undefined) return usual;
    terminal.print(say('needed'));
  }
}
