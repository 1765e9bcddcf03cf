/** What the verbs about one machine share: which machine is meant, and their own words. */
import { Failure } from '../../runtime/errors.ts';
import type { Machine } from '../../store/client/types.ts';
import { type Call, Misuse, type Text } from './verb.ts';

const words = {
  which: {
    en: 'name a machine, or give its number: {0}',
    fr: 'nommez une machine, ou donnez son numéro : {0}',
  },
  unknown: { en: 'There is no machine {0}.', fr: 'Aucune machine {0}.' },
  several: {
    en: 'Several machines are called {0}: give the number of one ({1}).',
    fr: 'Plusieurs machines s’appellent {0} : donnez le numéro de l’une ({1}).',
  },
} satisfies Record<string, Text>;

export function say({ language }: Call, text: Text, ...values: (string | number)[]): string {
  return text[language].replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)] ?? ''));
}

/** The first word of the call: a number, or a name in any case. */
export async function machineOf(call: Call, usage: string): Promise<Machine> {
  const wanted = call.words[0];
  if (wanted === undefined) throw new Misuse(say(call, words.which, `netmonitor ${usage}`));
  const all = await call.box.store.machines();
  const numbered = all.find(({ machine }) => String(machine) === wanted);
  if (numbered !== undefined) return numbered;
  const named = all.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const [only] = named;
  if (only === undefined) throw new Failure('NOT_FOUND', say(call, words.unknown, wanted));
  if (named.length === 1) return only;
  const numbers = named.map(({ machine }) => machine).join(', ');
  throw new Failure('CONFLICT', say(call, words.several, wanted, numbers));
}
