/** What explains many failures at once: the box's network, its gateway, the internet, names, or what vanished together. */
import { networkCauses } from '../verdict/cause.ts';
import { causeSentences, momentSentence } from '../verdict/cause-words.ts';
import { networkOf, signOf } from '../verdict/signs.ts';
import { type Judged, nothingSeen, ruleKind } from './rule.ts';

type CauseState = { readonly value: number | null };

export const cause = ruleKind({
  about: {
    en: 'What explains many failures at once; it is told instead of them.',
    fr: 'Ce qui explique plusieurs pannes à la fois ; annoncé à leur place.',
  },
  options: {
    which: {
      type: 'choice',
      choices: [...networkCauses, 'together'],
      default: 'internet',
      about: { en: 'which cause', fr: 'quelle cause' },
    },
  },
  metrics: ({ which }) => [which === 'together' ? signOf('together:*') : signOf(which)],
  lookbackMs: () => 0,
  begin: (wasBad): CauseState => ({ value: wasBad ? null : 0 }),
  step(before, { value }): Judged<CauseState> {
    const state = value === undefined ? before : { value };
    const verdict = state.value === null ? 'unknown' : state.value > 0 ? 'bad' : 'good';
    return { state, verdict, evidence: nothingSeen };
  },
  words(_, subject) {
    const network = networkOf(subject);
    return network === null ? momentSentence([]) : causeSentences[network];
  },
});
