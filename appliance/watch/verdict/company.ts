/** What each cause explains, from when it failed until the cause is over: for its messages, and for when it may end. */

export type Return = 'failing' | 'back' | 'unknown';
type Member = { key: string; name: string };

/** Of an incident that explains others: who fails now because of it, who did and is back. */
export type Company = { missing: readonly Member[]; back: readonly Member[] };

/** What comes back within this is told together with the cause. */
const waitsForReturnMs = 90_000;

type Kept = {
  readonly names: Map<string, string>;
  /** Since when the cause is good. */
  endingMs: number | null;
};

export class Companies {
  readonly #byCause = new Map<number, Kept>();
  /** What was explained by a cause, and when that was good again. */
  readonly #after = new Map<string, number>();
  /** By what each was explained last, and when that was so. */
  readonly #last = new Map<string, { cause: number; atMs: number }>();

  add(cause: number, key: string, name: string, atMs: number): void {
    this.note(cause, key, atMs);
    const kept = this.#byCause.get(cause) ?? { names: new Map(), endingMs: null };
    this.#byCause.set(cause, kept);
    kept.names.set(key, name);
  }

  note(cause: number, key: string, atMs: number): void {
    const before = this.#last.get(key);
    if (before === undefined || before.atMs <= atMs) this.#last.set(key, { cause, atMs });
  }

  /** The cause of what came and went, if it did so because of one within that time. */
  lastCause(key: string, sinceMs: number): number | null {
    const last = this.#last.get(key);
    return last === undefined || last.atMs < sinceMs ? null : last.cause;
  }

  of(cause: number, how: (key: string) => Return): Company {
    const members = [...(this.#byCause.get(cause)?.names ?? [])].map(([key, name]) => ({ key, name }));
    const some = (wanted: Return) => members.filter(({ key }) => how(key) === wanted);
    return { missing: some('failing'), back: some('back') };
  }

  /** The cause is good: whether it may be over, or what came with it has some time left to come back. */
  mayEnd(cause: number, atMs: number, how: (key: string) => Return): boolean {
    const kept = this.#byCause.get(cause);
    if (kept === undefined) return true;
    kept.endingMs ??= atMs;
    if (atMs - kept.endingMs >= waitsForReturnMs) return true;
    return ![...kept.names.keys()].some((key) => how(key) === 'failing');
  }

  /** It is bad, again. */
  goesOn(cause: number): void {
    const kept = this.#byCause.get(cause);
    if (kept !== undefined) kept.endingMs = null;
  }

  /** The others are not open any more. */
  keepOnly(causes: ReadonlySet<number>, atMs: number): void {
    for (const [cause, { names, endingMs }] of this.#byCause) {
      if (causes.has(cause)) continue;
      for (const key of names.keys()) this.#after.set(key, endingMs ?? atMs);
      this.#byCause.delete(cause);
    }
  }

  /** When the cause was good again that explained what still fails. */
  endedMs(key: string): number | undefined {
    return this.#after.get(key);
  }

  forget(how: (key: string) => Return, oldMs: number): void {
    for (const [key, { atMs }] of this.#last) if (atMs < oldMs) this.#last.delete(key);
    for (const key of this.#after.keys()) if (how(key) !== 'failing') this.#after.delete(key);
  }
}
