/** Which probe a person means, and who says so. */
import { Failure } from '../../runtime/errors.ts';
import type { ProbeState } from '../../watch/client/probes.ts';
import type { Actor } from '../../watch/client/types.ts';
import { machineNamed } from './journal.ts';
import { saying } from './probe-words.table.ts';
import { type Call, Misuse } from './verb.ts';

export const actorOf = (call: Call): Actor => ({ who: call.user, role: 'admin', from: 'console' });

/** All words behind the deed are its name, or its id. */
export function probeMeant(call: Call): Promise<ProbeState> {
  const given = call.words.slice(1).join(' ');
  if (given === '') throw new Misuse(saying(call.language)('whichProbe'));
  return probeNamed(call, given);
}

export async function probeNamed({ box, language }: Call, given: string): Promise<ProbeState> {
  const say = saying(language);
  const all = await box.watch.probes();
  const byId = all.find(({ probe }) => probe.id === given);
  if (byId !== undefined) return byId;
  const named = all.filter(({ probe }) => probe.name.toLowerCase() === given.toLowerCase());
  const [found] = named;
  if (found === undefined) throw new Failure('NOT_FOUND', say('noSuch', given));
  if (named.length > 1) {
    const ids = named.map(({ probe }) => probe.id).join(', ');
    throw new Misuse(say('several', given, ids));
  }
  return found;
}

/** `box` stands for no machine in particular: the box's own agent. */
export async function machinesNamed(call: Call, given: string): Promise<number[]> {
  const names = listOf(given).filter((name) => name.toLowerCase() !== 'box');
  const machines: number[] = [];
  for (const name of names) machines.push(await machineNamed(call, name));
  return machines;
}

export function listOf(given: string): string[] {
  return given
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
