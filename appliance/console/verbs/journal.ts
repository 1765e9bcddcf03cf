/** `netmonitor journal`: what happened, newest last; with --follow what happens; cleanup and verify. */

import { Failure } from '../../runtime/errors.ts';
import type { JournalEntry, JournalQuery } from '../../store/client/types.ts';
import { moment } from '../format.ts';
import { plain, toJson } from '../print.ts';
import { parseMoment } from '../times.ts';
import { cleanUp } from './journal-cleanup.ts';
import { follow } from './journal-follow.ts';
import { verify } from './journal-verify.ts';
import { type Call, Misuse, textOption, type Verb, wholeNumber } from './verb.ts';

const actions = { cleanup: cleanUp, verify } as const;

export const journal: Verb = {
  about: {
    en: 'show the last entries of the journal, remove old ones (cleanup), or check that none was changed (verify)',
    fr: 'montrer les dernières entrées du journal, supprimer les anciennes (cleanup), ou vérifier qu’aucune n’a été modifiée (verify)',
  },
  usage: '[cleanup|verify]',
  mostWords: 1,
  options: {
    limit: {
      type: 'string',
      value: 'N',
      about: { en: 'at most N entries (20)', fr: 'au plus N entrées (20)' },
    },
    kind: {
      type: 'string',
      value: 'KIND',
      about: {
        en: 'only this kind, as machine.admitted, or all below it, as machine',
        fr: 'seulement ce genre, comme machine.admitted, ou tous ceux en dessous, comme machine',
      },
    },
    text: {
      type: 'string',
      value: 'TEXT',
      about: {
        en: 'only entries with all these words or parts of words, in either language',
        fr: 'seulement les entrées contenant tous ces mots ou parties de mots, dans l’une ou l’autre langue',
      },
    },
    machine: {
      type: 'string',
      value: 'NAME|NO',
      about: { en: 'only entries about this machine', fr: 'seulement les entrées sur cette machine' },
    },
    since: {
      type: 'string',
      value: 'TIME',
      about: {
        en: 'from then on: 2h, 7d, or 2026-11-20 14:30',
        fr: 'à partir de là : 2h, 7j, ou 2026-11-20 14:30',
      },
    },
    until: { type: 'string', value: 'TIME', about: { en: 'until then', fr: 'jusque là' } },
    follow: {
      type: 'boolean',
      about: {
        en: 'go on with what happens, until Ctrl-C',
        fr: 'continuer avec ce qui arrive, jusqu’à Ctrl-C',
      },
    },
    'older-than': {
      type: 'string',
      value: 'AGE',
      about: {
        en: 'cleanup: remove what is older, as 90d or 1y; shows first what that is, and asks',
        fr: 'cleanup : supprimer ce qui est plus ancien, comme 90j ou 1a ; montre d’abord quoi, et demande',
      },
    },
    yes: {
      type: 'boolean',
      about: { en: 'cleanup: remove without asking', fr: 'cleanup : supprimer sans demander' },
    },
  },
  async run(call) {
    const [action] = call.words;
    if (action !== undefined) {
      const run = Object.hasOwn(actions, action) ? actions[action as keyof typeof actions] : undefined;
      if (run === undefined) throw new Misuse(call.say('oneOf', 'journal', Object.keys(actions).join(', ')));
      return run(call);
    }
    const query = await questionOf(call);
    if (call.values.follow === true) return follow(call, query, (entry) => line(call, entry));
    const entries = (await call.box.store.journal(query)).sort((a, b) => a.id - b.id);
    if (call.json) call.terminal.print(toJson({ entries }, 2));
    else if (entries.length === 0) call.terminal.print(call.say('journalEmpty'));
    else {
      for (const entry of entries) call.terminal.print(line(call, entry));
      if (entries.some((entry) => !entry.trusted))
        call.terminal.print(call.terminal.paint('soft', call.say('tilde')));
    }
    return 0;
  },
};

async function questionOf(call: Call): Promise<JournalQuery> {
  const [kind, text] = [textOption(call, 'kind'), textOption(call, 'text')];
  const [fromMs, toMs] = [timeOption(call, 'since'), timeOption(call, 'until')];
  const named = textOption(call, 'machine');
  const machine = named === undefined ? undefined : await machineNamed(call, named);
  return {
    limit: wholeNumber(call, 'limit', { min: 1, max: 1000, otherwise: 20 }),
    ...(kind !== undefined && { kind }),
    ...(text !== undefined && { text }),
    ...(machine !== undefined && { machine }),
    ...(fromMs !== undefined && { fromMs }),
    ...(toMs !== undefined && { toMs }),
  };
}

function timeOption(call: Call, option: 'since' | 'until'): number | undefined {
  const given = textOption(call, option);
  if (given === undefined) return undefined;
  const ms = parseMoment(given, call.nowMs);
  if (ms === null) throw new Misuse(call.say('notTime', `--${option}`));
  return ms;
}

/** A number is taken as it is, also that of a machine that was removed. */
export async function machineNamed(call: Call, given: string): Promise<number> {
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  const wanted = given.toLowerCase();
  const found = (await call.box.store.machines()).find(({ name }) => name.toLowerCase() === wanted);
  if (found === undefined) throw new Failure('NOT_FOUND', call.say('noMachineNamed', given));
  return found.machine;
}

function line(call: Call, entry: JournalEntry): string {
  const when = `${entry.trusted ? ' ' : '~'}${moment(entry.atMs, call.nowMs, call.language)}`;
  const who = [entry.who, entry.from].filter((part) => part !== '').join(', ');
  const { paint } = call.terminal;
  const text = plain(entry.text[call.language]);
  return `${when.padEnd(6)}  ${text}  ${paint('soft', plain(`[${entry.kind}${who === '' ? '' : `; ${who}`}]`))}`;
}
