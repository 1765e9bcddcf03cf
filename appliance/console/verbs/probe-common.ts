/** What `add` and `change` read of the flags that every kind has. */
import { limits } from '../../protocol/limits.ts';
import type { ProbeChange } from '../../watch/client/probes.ts';
import { parseAge } from '../times.ts';
import { listOf, machinesNamed, probeNamed } from './probe-named.ts';
import { saying } from './probe-words.table.ts';
import { type Call, Misuse, textOption } from './verb.ts';

export async function commonOptions(call: Call): Promise<ProbeChange> {
  const say = saying(call.language);
  const [every, from, group, behind] = ['every', 'from', 'group', 'behind'].map((flag) =>
    textOption(call, flag),
  );
  const isBeyond = call.values.beyond === true;
  const isWithin = call.values.within === true;
  if (isBeyond && isWithin) throw new Misuse(say('both', 'beyond', 'within'));
  return {
    ...(every === undefined ? {} : { intervalMs: intervalOf(call, every) }),
    ...(from === undefined ? {} : { vantages: await machinesNamed(call, from) }),
    ...(group === undefined ? {} : { groups: listOf(group) }),
    ...(behind === undefined
      ? {}
      : { parent: behind === '' ? null : (await probeNamed(call, behind)).probe.id }),
    ...(isBeyond || isWithin ? { beyond: isBeyond } : {}),
  };
}

/** As often as the box lets a probe look. */
export const isInterval = (ms: number): boolean => ms >= limits.probeIntervalMs && ms <= 86_400_000;

function intervalOf({ language }: Call, given: string): number {
  const ms = parseAge(given);
  if (ms === null || !isInterval(ms)) throw new Misuse(saying(language)('needsTime'));
  return ms;
}
