/** Sentences about a probe, for somebody who knows the people and the rooms, and nothing of networks. */
import { probeReasons } from '../../protocol/probes/reasons.table.ts';
import type { Evidence, WatchText } from '../client/types.ts';

type Said = {
  probe: string;
  checked: number;
  known: number;
  failing: number;
  away: number;
  /** Names of those for which it fails, of the only one that reaches it, of those that know nothing. */
  who: string;
  reaches: string;
  silent: string;
  reason: WatchText;
  /** It answers, but not as it should. */
  isWrong: boolean;
};

/** Something came back, and it was not what was wanted. */
const wrong: ReadonlySet<string> = new Set([
  ...['TOO_LARGE', 'GARBLED', 'UNEXPECTED', 'STATUS', 'KEYWORD', 'ABSENT', 'REDIRECTED', 'CERTIFICATE'],
  'UNSYNCHRONISED',
]);

/** Evidence comes back from the disk, too: what is missing there is left out here. */
export function matrixWords(evidence: Evidence): WatchText {
  const text = (value: Evidence[string] | undefined) => (typeof value === 'string' ? value : '');
  const number = (value: Evidence[string] | undefined) => (typeof value === 'number' ? value : 0);
  const said: Said = {
    probe: text(evidence.probe),
    ...{ checked: number(evidence.checked), known: number(evidence.known) },
    ...{ failing: number(evidence.failing), away: number(evidence.away) },
    ...{ who: text(evidence.who), reaches: text(evidence.reaches), silent: text(evidence.silent) },
    ...{ reason: because(text(evidence.reason)), isWrong: wrong.has(text(evidence.reason)) },
  };
  const { known, failing } = said;
  if (known === 0) return unknownWords(said);
  const words = failing === 0 ? goodWords(said) : failing === known ? badWords(said) : someWords(said);
  return joined(words, tailOf(said));
}

/** What is wrong, after a colon; empty when nobody has said. */
function because(code: string): WatchText {
  if (code === 'VARIOUS') return { en: ', for different reasons', fr: ', pour diverses raisons' };
  if (!Object.hasOwn(probeReasons, code)) return { en: '', fr: '' };
  const { en, fr } = probeReasons[code as keyof typeof probeReasons];
  return { en: `: ${en}`, fr: ` : ${fr}` };
}

const joined = (a: WatchText, b: WatchText): WatchText => ({ en: a.en + b.en, fr: a.fr + b.fr });

function unknownWords({ probe, checked, away, silent, reason }: Said): WatchText {
  const nothing = { en: `Nothing is known about ${probe}`, fr: `On ne sait rien sur ${probe}` };
  if (checked === 0)
    return joined(nothing, { en: ': no machine checks it', fr: ' : aucune machine ne vérifie' });
  if (reason.en !== '') return joined(nothing, reason);
  if (away < checked)
    return joined(nothing, { en: ': it has not been checked yet', fr: ' : pas encore de vérification' });
  if (checked > 1)
    return joined(nothing, {
      en: `: the ${checked} machines that check it are away`,
      fr: ` : les ${checked} machines qui vérifient sont absentes`,
    });
  const name = silent === '' ? '' : ` (${silent})`;
  return joined(nothing, {
    en: `: the machine that checks it${name} is away`,
    fr: ` : la machine qui vérifie${name} est absente`,
  });
}

function goodWords({ probe, checked }: Said): WatchText {
  if (checked === 1) return { en: `${probe} answers`, fr: `${probe} répond` };
  return { en: `${probe} answers everybody`, fr: `${probe} répond à tous` };
}

/** For all that know. */
function badWords({ probe, known, who, reason, isWrong }: Said): WatchText {
  if (known > 1)
    return joined(
      isWrong
        ? { en: `${probe} gives nobody a proper answer`, fr: `${probe} ne répond bien à personne` }
        : { en: `Nobody reaches ${probe}`, fr: `Personne n’atteint ${probe}` },
      reason,
    );
  if (isWrong)
    return joined(
      who === ''
        ? { en: `${probe} gives no proper answer`, fr: `${probe} répond mal` }
        : { en: `${probe} gives ${who} no proper answer`, fr: `${probe} répond mal à ${who}` },
      reason,
    );
  return joined(
    who === ''
      ? { en: `${probe} does not answer`, fr: `${probe} ne répond pas` }
      : { en: `${who} cannot reach ${probe}`, fr: `${who} n’atteint pas ${probe}` },
    reason,
  );
}

/** For some, while others reach it. */
function someWords(said: Said): WatchText {
  const { probe, known, failing, who, reaches, reason, isWrong } = said;
  if (failing === 1)
    return joined(
      isWrong
        ? {
            en: `Only ${who} gets no proper answer from ${probe}`,
            fr: `${probe} répond mal à ${who} seulement`,
          }
        : { en: `Only ${who} cannot reach ${probe}`, fr: `${probe} est injoignable depuis ${who} seulement` },
      reason,
    );
  if (reaches !== '')
    return joined(
      isWrong
        ? {
            en: `Only ${reaches} gets a proper answer from ${probe}; the other ${failing} do not`,
            fr: `${probe} ne répond bien qu’à ${reaches} ; mal aux ${failing} autres`,
          }
        : {
            en: `Only ${reaches} reaches ${probe}; the other ${failing} cannot`,
            fr: `${probe} n’est joignable que depuis ${reaches} ; pas depuis les ${failing} autres`,
          },
      reason,
    );
  const names = who === '' ? '' : ` (${who})`;
  return joined(
    isWrong
      ? {
          en: `${failing} of ${known} get no proper answer from ${probe}${names}`,
          fr: `${probe} répond mal à ${failing} sur ${known}${names}`,
        }
      : {
          en: `${failing} of ${known} cannot reach ${probe}${names}`,
          fr: `${failing} sur ${known} n’atteignent pas ${probe}${names}`,
        },
    reason,
  );
}

/** Of whom nothing is known. */
function tailOf({ checked, known, silent }: Said): WatchText {
  if (known === checked) return { en: '', fr: '' };
  const others = silent === '' ? othersOf(checked - known) : { en: silent, fr: silent };
  return { en: ` (nothing is known from ${others.en})`, fr: ` (rien n’est su depuis ${others.fr})` };
}

function othersOf(count: number): WatchText {
  return count === 1 ? { en: 'another', fr: 'une autre' } : { en: `${count} others`, fr: `${count} autres` };
}
