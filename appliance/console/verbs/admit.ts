/** `netmonitor admit`: shows the six digits of a machine and lets it in once a person has compared them. */
import type { Actor, Waiting } from '../../ingest/client/types.ts';
import { Failure } from '../../runtime/errors.ts';
import { plain, toJson } from '../print.ts';
import { askYesNo } from './ask.ts';
import { type Call, Misuse, textOption, type Verb, wholeNumber } from './verb.ts';
import { listWaiting } from './waiting.ts';

export const admit: Verb = {
  about: {
    en: 'list who waits; with a name, compare the six digits and let it in',
    fr: 'lister qui attend ; avec un nom, comparer les six chiffres et faire entrer',
  },
  usage: '[NAME|KEY]',
  mostWords: 1,
  options: {
    all: {
      type: 'boolean',
      about: {
        en: 'admit all machines that know this box, for ten minutes',
        fr: 'admettre pendant dix minutes toutes les machines qui connaissent ce boîtier',
      },
    },
    stop: { type: 'boolean', about: { en: 'end --all', fr: 'terminer --all' } },
    same: {
      type: 'string',
      value: 'NO',
      about: {
        en: 'it is this machine with a new key: number and history stay',
        fr: 'c’est cette machine avec une nouvelle clé : numéro et historique restent',
      },
    },
    yes: {
      type: 'string',
      value: 'DIGITS',
      about: {
        en: 'these digits were compared: admit without asking (they were shown by admit NAME before)',
        fr: 'ces chiffres ont été comparés : faire entrer sans demander (montrés avant par admit NOM)',
      },
    },
  },
  async run(call) {
    if (call.values.all === true || call.values.stop === true) return openHouse(call);
    const wanted = call.words[0];
    const digits = textOption(call, 'yes')?.replace(/\s/g, '');
    if (digits !== undefined && !/^\d{6}$/.test(digits)) throw new Misuse(call.say('sixDigits'));
    if (wanted === undefined) {
      if (digits !== undefined) throw new Misuse(call.say('yesNeedsName'));
      return listWaiting(call);
    }
    const one = choose(call, await call.box.ingest.waiting(), wanted);
    if (digits !== undefined) return welcome(call, one, digits);
    return compare(call, one);
  },
};

const actor = (call: Call): Actor => ({ who: call.user, role: 'admin', from: 'console' });

/** By name, or by the beginning of the key when names are alike. */
function choose(call: Call, all: readonly Waiting[], wanted: string): Waiting {
  const named = all.filter((one) => one.name.toLowerCase() === wanted.toLowerCase());
  const keyed = /^[0-9a-f]{4,64}$/i.test(wanted)
    ? all.filter((one) => one.id.startsWith(wanted.toLowerCase()))
    : [];
  const found = named.length > 0 ? named : keyed;
  const only = found[0];
  if (only && found.length === 1) return only;
  if (only)
    throw new Failure(
      'CONFLICT',
      call.say('several', wanted, found.map((one) => one.id.slice(0, 12)).join(', ')),
    );
  const names = all.map((one) => one.name).join(', ');
  const hint = all.length > 0 ? call.say('waitingNames', names) : call.say('nobodyWaits');
  throw new Failure('NOT_FOUND', call.say('noSuch', wanted, hint));
}

async function openHouse(call: Call): Promise<0> {
  const { terminal, say, box } = call;
  const stops = call.values.stop === true;
  if (stops) await box.ingest.stopOpenHouse(actor(call));
  else await box.ingest.startOpenHouse(actor(call));
  terminal.print(call.json ? '{}' : say(stops ? 'closedHouse' : 'openHouse'));
  return 0;
}

async function compare(call: Call, one: Waiting): Promise<0 | 1> {
  const { terminal, say } = call;
  const { ingest } = call.box;
  const selected = await ingest.select(one.id, actor(call));
  const digits = selected.digits ?? '';
  if (call.json) {
    terminal.print(toJson({ waiting: selected }, 2));
    return 0;
  }
  terminal.print(say('digits', plain(one.name), one.address));
  terminal.print(`\n    ${terminal.paint('strong', `${digits.slice(0, 3)} ${digits.slice(3)}`)}\n`);
  if (!terminal.interactive) {
    terminal.print(say('continueWith', plain(one.name), digits));
    return 0;
  }
  const same = await askYesNo(call, say('sameDigits'));
  if (same === true) return welcome(call, one, digits);
  if (same === false) await ingest.refuse(one.id, actor(call));
  else await ingest.deselect();
  terminal.print(say(same === false ? 'notAdmitted' : 'leftWaiting', plain(one.name)));
  return 1;
}

async function welcome(call: Call, one: Waiting, digits: string): Promise<0> {
  const { ingest } = call.box;
  const { terminal, say } = call;
  // What the other side said by now, not what it had said before a person compared.
  const now = (await ingest.waiting()).find(({ id }) => id === one.id) ?? one;
  const same = wholeNumber(call, 'same', { min: 0, max: 999_999, otherwise: 0 });
  const machine = await ingest.admit(one.id, digits, actor(call), ...(same === 0 ? [] : [same]));
  if (call.json) terminal.print(toJson(machine, 2));
  else terminal.print(say('admitted', plain(machine.name), machine.machine));
  if (!call.json && !now.pinned && now.machineAnswer !== 'yes')
    terminal.print(say('sayYesThere', plain(machine.name)));
  return 0;
}
