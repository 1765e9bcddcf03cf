/** A machine that is not heard any more, and did not say that it goes: neither asleep nor off. */
import { type Judged, minuteMs, nothingSeen, ruleKind } from './rule.ts';
import { duration, figure } from './words.ts';

type VanishedState = { readonly isBad: boolean };

export const vanished = ruleKind({
  about: {
    en: 'A machine vanished: nothing is heard, and it did not say goodbye.',
    fr: 'Une machine a disparu : plus rien, et elle n’a pas dit au revoir.',
  },
  options: {
    afterMs: {
      type: 'duration',
      default: 2 * minuteMs,
      min: 0,
      max: 30 * 24 * 60 * minuteMs,
      about: {
        en: 'how long nothing is heard; not shorter than the box’s own delay',
        fr: 'pendant combien de temps plus rien ; pas moins que le délai du boîtier',
      },
    },
  },
  metrics: () => [],
  lookbackMs: () => 0,
  begin: (wasBad): VanishedState => ({ isBad: wasBad }),
  step(before, { atMs, presence }, { afterMs }): Judged<VanishedState> {
    const { state: now, heardMs, expectedOff, expectedSinceMs } = presence;
    const good = { state: { isBad: false }, verdict: 'good', evidence: nothingSeen } as const;
    if (now === 'up' || now === 'asleep' || now === 'off') return good;
    const silentMs = atMs - heardMs;
    // Who may be off at night has the whole delay again in the morning.
    const missingMs = atMs - Math.max(heardMs, expectedSinceMs);
    const isBad = before.isBad || (now === 'vanished' && !expectedOff && missingMs >= afterMs);
    if (expectedOff || (now === 'silent' && isBad))
      return { state: { isBad }, verdict: 'unknown', evidence: nothingSeen };
    if (!isBad)
      return { state: { isBad }, verdict: now === 'silent' ? 'unknown' : 'good', evidence: nothingSeen };
    return { state: { isBad }, verdict: 'bad', evidence: { silentMs } };
  },
  words(evidence) {
    const silent = duration(figure(evidence.silentMs));
    return {
      en: `Vanished: nothing heard for ${silent.en}, and no goodbye`,
      fr: `Disparue : plus rien depuis ${silent.fr}, et aucun au revoir`,
    };
  },
});
