/** What a screen is: a pure picture of a view, and what a press and a hold would do there. */
import type { Canvas } from '../canvas.ts';
import type { State } from '../state.ts';
import type { Language, Say } from '../words.ts';
import type { ScreenName } from './index.ts';

export type Action =
  | { kind: 'go'; screen: ScreenName }
  | { kind: 'machine'; machine: number }
  | { kind: 'home' }
  | { kind: 'incident'; id: number }
  /** Somebody at the panel knows of it. */
  | { kind: 'acknowledge'; id: number; text: string }
  | { kind: 'later'; id: string }
  /** Look again at a machine that was put off. */
  | { kind: 'review'; id: string }
  /** The button was held for ten seconds. */
  | { kind: 'recover' }
  /** Everything that the box knows is deleted: only by a hand on its button. */
  | { kind: 'reset' }
  /** Admit all for ten minutes, and one by one again. */
  | { kind: 'open-house' }
  | { kind: 'close-house' }
  | { kind: 'select'; id: string }
  /** `answered`: the machine's side has said yes, or trusts this box already. */
  | { kind: 'admit'; id: string; name: string; digits: string; answered: boolean }
  | { kind: 'refuse'; id: string; name: string };

/** `label` stands on the last line after "press" or "hold"; what is said there is what is done. */
export type Meaning = { label: string; action: Action };
export type Offers = { press?: Meaning; hold?: Meaning };

export type Notice = { title: string; text: string; good: boolean };

/** Everything a picture depends on. */
export type View = {
  state: State;
  nowMs: number;
  language: Language;
  say: Say;
  /** The machine and the waiting machine that are being looked at. */
  machine: number | null;
  waitingId: string | null;
  /** The number of what is looked at among what is wrong. */
  incident: number | null;
  /** A selection or an admission is under way. */
  busy: boolean;
  notice: Notice | null;
};

export type Screen = {
  /** The picture needs all lines: what press and hold do stands beside it. */
  tall?: true;
  draw(canvas: Canvas, view: View): void;
  offers(view: View): Offers;
};
