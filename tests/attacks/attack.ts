/** What an attack is: something done to the running box from outside, and how it must end. */
import { messageOf } from '../../appliance/runtime/errors.ts';
import type { Scene, Served } from './scene.ts';

export type Attack = {
  /** Its row in the table of threats; several files may belong to one row. */
  threat: number;
  about: string;
  /** A1 somebody on the same network, A2 a web page that an admin visits, A3 a machine that was taken over, A4 somebody with the box or its card in hand, A5 who supplies our software, A6 the internet. */
  by: 'A1' | 'A2' | 'A3' | 'A4' | 'A5' | 'A6';
  /** Without this the attack succeeds: proved once by taking it out. `name` stands in that file. */
  guard: { file: string; name: string };
  /** Kinds of journal entries that it must leave. */
  journal?: readonly string[];
  /** Too heavy for `npm test`: carried out by `npm run attacks` alone. */
  heavy?: true;
  /** Asks the box whether there is anything to attack yet: what it answered where there is not, else null. */
  missing?(scene: Scene): Promise<string | null>;
  /** The same thing done as it is meant to be, which must work: else a refusal says nothing. */
  control(scene: Scene): Promise<void>;
  /** Says in a few words which refusal it met; throws when it met none. */
  attack(scene: Scene): Promise<string>;
};

export type Outcome = {
  threat: number;
  name: string;
  about: string;
  guard: string;
  result: 'refused' | 'absent' | 'SUCCEEDED';
  /** How it was refused, or what happened instead. */
  how: string;
  /** How the others were served meanwhile. */
  served?: Served;
};

/** Longer than any attack lasts on a busy machine. */
const mostMs = 180_000;

/** Carries out one attack while others use the box, and judges it. */
export async function carryOut(name: string, attack: Attack, scene: Scene): Promise<Outcome> {
  const { threat, about } = attack;
  const guard = `${attack.guard.file} ${attack.guard.name}`;
  const ended = (result: Outcome['result'], how: string, served?: Served): Outcome => ({
    ...{ threat, name, about, guard, result, how },
    ...(served === undefined ? {} : { served }),
  });
  try {
    const missing = (await attack.missing?.(scene)) ?? null;
    if (missing !== null) return ended('absent', missing);
    try {
      await inTime(attack.control(scene));
    } catch (error) {
      return ended('SUCCEEDED', `what is meant to work does not: ${said(error)}`);
    }
    const before = await scene.lastEntry();
    const others = scene.watchOthers();
    try {
      const how = await inTime(attack.attack(scene));
      const served = await others.served();
      await scene.journalHas(attack.journal ?? [], before);
      return ended('refused', how, served);
    } finally {
      others.stop();
    }
  } catch (error) {
    return ended('SUCCEEDED', said(error));
  } finally {
    await scene.tidy();
  }
}

/** An attack that never ends has stopped something. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${mostMs / 1000} s`)), mostMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function said(error: unknown): string {
  const text = messageOf(error);
  const cause = error instanceof Error && error.cause !== undefined ? ` (${messageOf(error.cause)})` : '';
  return `${text}${cause}`.replaceAll(/\s+/g, ' ').slice(0, 400);
}
