/** A certificate that ends soon, or has ended. */
import { staleAfterMs } from '../verdict/matrix-tally.ts';
import { dayMs, hourMs, type Judged, nothingSeen, ruleKind } from './rule.ts';
import { figure } from './words.ts';

type CertificateState = {
  readonly isBad: boolean;
  readonly lastS: number;
  /** Looks that found a newer one, without a break. */
  readonly newer: number;
  readonly isBlind: boolean;
};

/** Several servers may share a name, and the old certificate. */
const newerLooks = 3;

export const certificate = ruleKind({
  about: {
    en: 'The certificate of a page ends in some days.',
    fr: 'Le certificat d’une page expire dans quelques jours.',
  },
  options: {
    days: {
      type: 'number',
      unit: 'd',
      default: 21,
      min: 0,
      max: 3_650,
      about: { en: 'how many days are left; 0: it has ended', fr: 'combien de jours restent ; 0 : expiré' },
    },
  },
  metrics: () => ['probe.certificate:*'],
  lookbackMs: (_, intervalMs = 0) => Math.max(hourMs, newerLooks * staleAfterMs(intervalMs)),
  begin: (wasBad): CertificateState => ({ isBad: wasBad, lastS: 0, newer: 0, isBlind: true }),
  step(before, { presence, value }, { days }): Judged<CertificateState> {
    if (presence.state !== 'up')
      return { state: { ...before, isBlind: true }, verdict: 'unknown', evidence: nothingSeen };
    const state = value === undefined ? before : taken(before, value, days);
    if (state.isBlind) return { state, verdict: 'unknown', evidence: nothingSeen };
    if (!state.isBad) return { state, verdict: 'good', evidence: nothingSeen };
    return { state, verdict: 'bad', evidence: { leftS: state.lastS } };
  },
  words(evidence) {
    const probe = String(evidence.probe ?? '');
    const leftS = figure(evidence.leftS);
    if (leftS <= 0)
      return { en: `The certificate of ${probe} has expired`, fr: `${probe} : le certificat a expiré` };
    const left = leftOf(leftS * 1000);
    return {
      en: `The certificate of ${probe} ends in ${left.en}`,
      fr: `${probe} : le certificat expire dans ${left.fr}`,
    };
  },
});

/** Rounded down: nobody has a day more than is said. */
function leftOf(leftMs: number) {
  const days = Math.floor(leftMs / dayMs);
  if (days < 1) {
    const hours = Math.floor(leftMs / hourMs);
    return hours < 1
      ? { en: 'less than an hour', fr: 'moins d’une heure' }
      : { en: `${hours} h`, fr: `${hours} h` };
  }
  return { en: days === 1 ? '1 day' : `${days} days`, fr: days === 1 ? '1 jour' : `${days} jours` };
}

function taken(before: CertificateState, leftS: number, days: number): CertificateState {
  const isEnding = leftS * 1000 <= days * dayMs;
  if (isEnding) return { isBad: true, lastS: leftS, newer: 0, isBlind: false };
  const newer = before.newer + 1;
  const isBad = before.isBad && newer < newerLooks;
  return { isBad, lastS: isBad ? before.lastS : leftS, newer, isBlind: false };
}
