/**
 * The boxes that this machine talks to. One, once it trusts one. Before that, every box that answers: the first to answer may
 * be anybody's, and must not keep the machine from the right one. Bounded; a person can choose the one that is meant.
 */
import type { Found } from './find/index.ts';
import type { End, Session } from './session.ts';

export type Talk = {
  readonly hash: string;
  readonly session: Session;
  readonly found: Found;
  readonly ended: Promise<End>;
};

export type TalkLimits = { talks: number; ofHost: number };

/** A network has one box or two; a flood of false ones must not cost more than this. */
const talkLimits: TalkLimits = { talks: 16, ofHost: 4 };

export class Talks {
  readonly #limits: TalkLimits;
  readonly #random: () => number;
  readonly #byHash = new Map<string, Talk>();
  #chosen: string | undefined;

  constructor(o: { random?: () => number; limits?: TalkLimits } = {}) {
    this.#limits = o.limits ?? talkLimits;
    this.#random = o.random ?? Math.random;
  }

  get size(): number {
    return this.#byHash.size;
  }

  get chosen(): string | undefined {
    return this.#chosen;
  }

  get trusted(): Talk | undefined {
    return this.all().find(({ session }) => session.trusted);
  }

  all(): Talk[] {
    return [...this.#byHash.values()];
  }

  get(hash: string): Talk | undefined {
    return this.#byHash.get(hash);
  }

  /** Whether we are in conversation with whoever answers there. */
  knows({ host, port }: Found): boolean {
    return this.all().some(({ found }) => found.host === host && found.port === port);
  }

  /** Only a person's choice counts against the others; without one all are listened to. */
  listensTo(hash: string): boolean {
    return this.#chosen === undefined || this.#chosen === hash;
  }

  choose(hash: string | undefined): void {
    this.#chosen = hash;
  }

  /**
   * Makes room for one more. Whom it hits is chance: nobody can arrange to stay for ever, and whoever is turned out is found
   * again at the next search. The chosen one stays.
   */
  makeRoom({ host }: Found): Talk | undefined {
    const there = this.all().filter(({ found }) => found.host === host);
    if (there.length >= this.#limits.ofHost) return this.#one(there);
    return this.size >= this.#limits.talks ? this.#one(this.all()) : undefined;
  }

  add(talk: Talk): void {
    this.#byHash.set(talk.hash, talk);
  }

  remove(talk: Talk): void {
    if (this.#byHash.get(talk.hash) === talk) this.#byHash.delete(talk.hash);
  }

  /** The one that is shown first: whom the machine trusts, whom the person chose, who shows digits, who came first. */
  get first(): Talk | undefined {
    const all = this.all();
    return (
      this.trusted ??
      all.find(({ hash }) => hash === this.#chosen) ??
      all.find(({ session }) => session.digits !== undefined) ??
      all[0]
    );
  }

  #one(from: readonly Talk[]): Talk | undefined {
    const others = from.filter(({ hash }) => hash !== this.#chosen);
    return others[Math.floor(this.#random() * others.length)];
  }
}
