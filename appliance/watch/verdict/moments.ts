/** Moments in which more failed than by accident, though nobody knows what they have in common: each is an incident of its own. */
import type { Incident } from '../client/types.ts';
import { explain, type Failing, type Moment, newMoment, type Trouble } from './explain.ts';
import type { Failed, Scene } from './scene.ts';
import { causeKind, momentOf, momentSign } from './signs.ts';

/** One that no incident came of is forgotten. */
const forgottenMs = 6 * 60_000;
const momentMs = 60_000;
/** What the box's date was rounded to. */
const roundedMs = 1_000;

type Times = { wallOf(atMs: number): number; atOf(wallMs: number): number };

export class Moments {
  readonly #times: Times;
  #all: Moment[] = [];

  constructor(times: Times) {
    this.#times = times;
  }

  list(): readonly Moment[] {
    return this.#all;
  }

  /** Those of incidents that are open, also of before a restart, and those that are new. */
  follow(open: readonly Incident[], atMs: number): void {
    const signs = new Set(open.filter(({ kind }) => kind === causeKind).map(({ subject }) => subject));
    const known = this.#all.filter(({ sign, toMs }) => signs.has(sign) || atMs - toMs < forgottenMs);
    const restored = [...signs].flatMap((sign): Moment[] => {
      const wallMs = momentOf(sign);
      if (wallMs === null || known.some((one) => one.sign === sign)) return [];
      const fromMs = this.#times.atOf(wallMs);
      return [{ sign, fromMs: fromMs - roundedMs, toMs: fromMs + momentMs + roundedMs }];
    });
    this.#all = [...known, ...restored];
  }

  /** Among what nothing explains; one at least has to be certain. */
  find(unexplained: readonly Failed[]): void {
    const found = newMoment(unexplained);
    if (found === null || !within(unexplained, found).some(({ isCertain }) => isCertain)) return;
    this.#all = [...this.#all, { sign: momentSign(this.#times.wallOf(found.fromMs)), ...found }];
  }

  /** Most of those that vanished then did so because of the network. */
  isOfNetwork(sign: string, trouble: Trouble): boolean {
    const moment = this.#all.find((one) => one.sign === sign);
    if (moment === undefined) return false;
    const then = within([...trouble.failing.values()], moment);
    const explained = then.filter((one) => {
      const found = explain(one, { ...trouble, moments: [] });
      return found !== null && found !== 'wait' && 'network' in found;
    });
    return 2 * explained.length > then.length;
  }
}

/** More than by accident fail since then. */
export function isStill(moment: Moment, { failing }: Scene): boolean {
  return newMoment(within([...failing.values()], moment)) !== null;
}

function within<F extends Failing>(
  failing: readonly F[],
  { fromMs, toMs }: Pick<Moment, 'fromMs' | 'toMs'>,
): F[] {
  return failing.filter(({ beganMs }) => beganMs >= fromMs && beganMs <= toMs);
}
