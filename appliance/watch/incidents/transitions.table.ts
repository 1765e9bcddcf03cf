/** What becomes of an incident, whatever happens to it: every phase with every event, and nothing left to chance. */

/** `none`: there is no open incident of this rule for this subject. Told means that somebody was told of the failure. */
export const phases = ['none', 'untold', 'told', 'acknowledged-untold', 'acknowledged-told'] as const;
export type Phase = (typeof phases)[number];

export const events = [
  /** The rule says so. */
  'bad',
  'good',
  'unknown',
  /** A person knows; a person takes that back, or the time until which it held is over. */
  'acknowledge',
  'release',
  /** Nothing stands against telling it. */
  'free',
  /** It was not told for so long that it has to be told again. */
  'due',
  /** Nothing is left that could be judged: machine, rule or series are gone. */
  'gone',
] as const;
export type Event = (typeof events)[number];

/** What is written and told with a transition. */
export type Deed =
  | 'open'
  | 'acknowledge'
  | 'release'
  | 'resolve'
  | 'tell-opened'
  | 'tell-repeated'
  | 'tell-recovered';

export type Transition = { readonly to: Phase; readonly does: readonly Deed[] };

const to = (phase: Phase, ...does: Deed[]): Transition => ({ to: phase, does });

/** What is unknown neither opens nor ends anything: the incident waits until somebody can tell. */
export const transitions: Readonly<Record<Phase, Readonly<Record<Event, Transition>>>> = {
  none: {
    bad: to('untold', 'open'),
    good: to('none'),
    unknown: to('none'),
    acknowledge: to('none'),
    release: to('none'),
    free: to('none'),
    due: to('none'),
    gone: to('none'),
  },
  untold: {
    bad: to('untold'),
    good: to('none', 'resolve'),
    unknown: to('untold'),
    acknowledge: to('acknowledged-untold', 'acknowledge'),
    release: to('untold'),
    free: to('told', 'tell-opened'),
    due: to('untold'),
    gone: to('none', 'resolve'),
  },
  told: {
    bad: to('told'),
    good: to('none', 'resolve', 'tell-recovered'),
    unknown: to('told'),
    acknowledge: to('acknowledged-told', 'acknowledge'),
    release: to('told'),
    free: to('told'),
    due: to('told', 'tell-repeated'),
    // Who removed the machine or the rule knows; nobody else has to do anything.
    gone: to('none', 'resolve'),
  },
  'acknowledged-untold': {
    bad: to('acknowledged-untold'),
    good: to('none', 'resolve'),
    unknown: to('acknowledged-untold'),
    // Another note, or another time.
    acknowledge: to('acknowledged-untold', 'acknowledge'),
    release: to('untold', 'release'),
    free: to('acknowledged-untold'),
    due: to('acknowledged-untold'),
    gone: to('none', 'resolve'),
  },
  'acknowledged-told': {
    bad: to('acknowledged-told'),
    good: to('none', 'resolve', 'tell-recovered'),
    unknown: to('acknowledged-told'),
    acknowledge: to('acknowledged-told', 'acknowledge'),
    release: to('told', 'release'),
    free: to('acknowledged-told'),
    due: to('acknowledged-told'),
    gone: to('none', 'resolve'),
  },
};
