/** A machine that was started anew: its uptime fell. */
import { type Judged, minuteMs, nothingSeen, ruleKind } from './rule.ts';

type RestartedState = { readonly uptimeS: number | null; readonly atMs: number | null };

export const restarted = ruleKind({
  about: { en: 'A machine was restarted.', fr: 'Une machine a redémarré.' },
  options: {
    showMs: {
      type: 'duration',
      default: 10 * minuteMs,
      min: minuteMs,
      max: 24 * 60 * minuteMs,
      about: { en: 'for how long that stays open', fr: 'pendant combien de temps cela reste ouvert' },
    },
  },
  metrics: () => ['system.uptime'],
  lookbackMs: ({ showMs }) => showMs,
  outlives: true,
  begin: (): RestartedState => ({ uptimeS: null, atMs: null }),
  step(before, { atMs, presence, value }, { showMs }): Judged<RestartedState> {
    let state = before;
    if (value !== undefined && presence.state === 'up') {
      const fell = before.uptimeS !== null && value < before.uptimeS - 1;
      state = { uptimeS: value, atMs: fell ? atMs : before.atMs };
    }
    if (state.atMs !== null && atMs - state.atMs < showMs)
      return { state, verdict: 'bad', evidence: { uptimeS: state.uptimeS } };
    return { state, verdict: state.uptimeS === null ? 'unknown' : 'good', evidence: nothingSeen };
  },
  words: () => ({ en: 'Was restarted', fr: 'A redémarré' }),
  isEvent: true,
});
