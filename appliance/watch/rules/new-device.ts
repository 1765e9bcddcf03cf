/** A device that nobody has ever seen on the network. */
import { dayMs, type Judged, minuteMs, nothingSeen, ruleKind } from './rule.ts';

/** Followed by the device; its value is 1 when it was seen first, and it has no other. */
export const newDevicePrefix = 'box.device:';

type NewDeviceState = { readonly atMs: number | null };

export const newDevice = ruleKind({
  about: {
    en: 'A device that was never seen before is on the network.',
    fr: 'Un appareil jamais vu auparavant est sur le réseau.',
  },
  options: {
    showMs: {
      type: 'duration',
      default: 30 * minuteMs,
      min: minuteMs,
      max: 7 * dayMs,
      about: { en: 'for how long that stays open', fr: 'pendant combien de temps cela reste ouvert' },
    },
  },
  metrics: () => [`${newDevicePrefix}*`],
  lookbackMs: () => 0,
  begin: (): NewDeviceState => ({ atMs: null }),
  step(before, { atMs, value }, { showMs }): Judged<NewDeviceState> {
    const state = value === undefined ? before : { atMs };
    if (state.atMs === null) return { state, verdict: 'unknown', evidence: nothingSeen };
    const verdict = atMs - state.atMs < showMs ? 'bad' : 'good';
    return { state, verdict, evidence: nothingSeen };
  },
  words: ({ device = '' }) => ({
    en: `A new device is on the network: ${device}`,
    fr: `Un nouvel appareil est sur le réseau : ${device}`,
  }),
  isEvent: true,
});
