/** What `netmonitor probe` does to one that there is: change, start, stop, run again, remove. */
import { aimOf } from '../../protocol/probes/target.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { ProbeState } from '../../watch/client/probes.ts';
import { toJson } from '../print.ts';
import { askYesNo } from './ask.ts';
import { commonOptions } from './probe-common.ts';
import { actorOf, probeMeant } from './probe-named.ts';
import { assertOptions, byFlag, givenOptions } from './probe-options.ts';
import { saying } from './probe-words.table.ts';
import { type Call, Misuse, textOption } from './verb.ts';

export async function changeProbe(call: Call): Promise<0> {
  const { box, terminal, language, json } = call;
  const say = saying(language);
  const { probe } = await probeMeant(call);
  const options = givenOptions(call, probe.kind);
  assertOptions(call, probe.kind, { ...probe.options, ...options });
  const name = textOption(call, 'rename');
  const change = {
    ...(await commonOptions(call)),
    ...(name === undefined ? {} : { name }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
  if (Object.keys(change).length === 0) throw new Misuse(say('nothingToChange'));
  const state = await box.watch.changeProbe(probe.id, change, actorOf(call)).catch((error: unknown) => {
    throw byFlag(error);
  });
  terminal.print(json ? toJson(state, 2) : say('changed', state.probe.name));
  return 0;
}

export async function switchProbe(call: Call, enabled: boolean): Promise<0> {
  const { box, terminal, language, json } = call;
  const { probe } = await probeMeant(call);
  const state = await box.watch.changeProbe(probe.id, { enabled }, actorOf(call));
  const say = saying(language);
  terminal.print(json ? toJson(state, 2) : say(enabled ? 'isStarted' : 'isStopped', probe.name));
  return 0;
}

const askEveryMs = 250;
/** Agents tell what they measured with the next of their beats. */
const slackMs = 15_000;

/** Waits for what comes of it: 1 when that is bad, or when nothing came. */
export async function runProbe(call: Call): Promise<0 | 1> {
  const { box, terminal, language, json, signal } = call;
  const { probe } = await probeMeant(call);
  const before = await box.watch.runProbe(probe.id, actorOf(call));
  const waitMs = Number(probe.options.timeoutMs) + slackMs;
  const endMs = systemClock.monotonicMs() + waitMs;
  let state = before;
  while (!isNewer(state, before) && systemClock.monotonicMs() < endMs && !signal.aborted) {
    await systemClock.sleep(askEveryMs, signal).catch(() => undefined);
    state = await box.watch.probe(probe.id);
  }
  const say = saying(language);
  if (json) terminal.print(toJson(state, 2));
  else if (isNewer(state, before)) terminal.print(state.text[language]);
  else terminal.print(say('notHeard', Math.round(waitMs / 1_000), probe.id));
  return isNewer(state, before) && state.verdict === 'good' ? 0 : 1;
}

/** Every machine that is there has looked again. */
function isNewer(state: ProbeState, before: ProbeState): boolean {
  const there = state.vantages.filter(({ reason }) => reason?.code !== 'AWAY' && reason?.code !== 'REMOVED');
  return (
    there.length > 0 &&
    there.every(({ machine, lastMs }) => {
      const was = before.vantages.find((one) => one.machine === machine)?.lastMs ?? null;
      return lastMs !== null && (was === null || lastMs > was);
    })
  );
}

export async function removeProbe(call: Call): Promise<0 | 1> {
  const { box, terminal, language, json } = call;
  const say = saying(language);
  const { probe } = await probeMeant(call);
  const isSure =
    call.values.yes === true || (await askYesNo(call, say('askRemove', probe.name, aimOf(probe.options))));
  if (isSure !== true) {
    terminal.print(say(terminal.interactive ? 'notRemoved' : 'notRemovedYes'));
    return 1;
  }
  await box.watch.removeProbe(probe.id, actorOf(call));
  terminal.print(json ? '{}' : say('removed', probe.name));
  return 0;
}
