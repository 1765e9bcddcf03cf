/** The agent's side of the six digits: checks the box's commitment, shows the digits, waits for a person. */
import { commitmentHolds, digits, newNonce } from '../appliance/protocol/pairing.ts';
import type { Clock } from '../appliance/runtime/clock.ts';

export type PairingStep =
  /** Answer the box's commitment with this nonce. */
  | { nonce: string }
  /** Both sides can show these now. */
  | { digits: string }
  /** The box does not keep to its commitment: there is somebody in between. */
  | { broken: string }
  /** Other boxes have drawn so much that this one must try again. */
  | { later: true };

/** A box draws six times a minute, and six times at once after a pause. Jitter of the network must not look like a cheat. */
const DRAW_EVERY_MS = 10_000;
const DRAWS_AT_ONCE = 8;
/** All boxes together: one that draws as fast as it may leaves as much to the others. */
const ALL_DRAW_EVERY_MS = 5_000;
const ALL_DRAWS_AT_ONCE = 16;
/** Boxes whose pace is kept in mind. */
const BOXES_KEPT = 64;

/**
 * How often digits are drawn, over all connections. Whoever stands between knows the digits of each draw before it reveals,
 * and the box's digits stay on its screen for minutes: without a pace it draws here until both are the same.
 */
export class DrawPace {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #all = new Paid(ALL_DRAW_EVERY_MS, ALL_DRAWS_AT_ONCE);
  readonly #byBox = new Map<string, Paid>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Whether this box may draw; `cheat` when it does so more often than a box may, `later` when others did. */
  take(boxHash: string): 'yes' | 'later' | 'cheat' {
    const nowMs = this.#clock.monotonicMs();
    const own = this.#byBox.get(boxHash) ?? new Paid(DRAW_EVERY_MS, DRAWS_AT_ONCE);
    this.#byBox.delete(boxHash);
    this.#byBox.set(boxHash, own);
    const [oldest] = this.#byBox.keys();
    if (this.#byBox.size > BOXES_KEPT && oldest !== undefined) this.#byBox.delete(oldest);
    if (!own.take(nowMs)) return 'cheat';
    return this.#all.take(nowMs) ? 'yes' : 'later';
  }
}

/** So many at once, then one after each pause. */
class Paid {
  readonly #everyMs: number;
  readonly #atOnce: number;
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(everyMs: number, atOnce: number) {
    this.#everyMs = everyMs;
    this.#atOnce = atOnce;
  }

  take(nowMs: number): boolean {
    const untilMs = Math.max(this.#untilMs, nowMs) + this.#everyMs;
    if (untilMs - nowMs > this.#atOnce * this.#everyMs) return false;
    this.#untilMs = untilMs;
    return true;
  }
}

/** One connection's pairing. Each commitment begins anew; digits of an earlier one no longer count. */
export class Pairing {
  readonly #boxHash: string;
  readonly #agentHash: string;
  readonly #pace: Pick<DrawPace, 'take'>;
  readonly #draw: () => string;
  #commit: string | undefined;
  #nonce: string | undefined;
  #digits: string | undefined;

  constructor(o: {
    boxHash: string;
    agentHash: string;
    pace: Pick<DrawPace, 'take'>;
    draw?: () => string;
  }) {
    this.#boxHash = o.boxHash;
    this.#agentHash = o.agentHash;
    this.#pace = o.pace;
    this.#draw = o.draw ?? newNonce;
  }

  /** What the person at the machine compares, while it counts. */
  get digits(): string | undefined {
    return this.#digits;
  }

  committed(commit: string): PairingStep {
    this.end();
    const may = this.#pace.take(this.#boxHash);
    if (may === 'cheat') return { broken: 'it draws digits too often' };
    if (may === 'later') return { later: true };
    this.#commit = commit;
    this.#nonce = this.#draw();
    return { nonce: this.#nonce };
  }

  revealed(boxNonce: string): PairingStep {
    const commit = this.#commit;
    const agentNonce = this.#nonce;
    this.end();
    if (commit === undefined || agentNonce === undefined)
      return { broken: 'it reveals without a commitment' };
    // Against the key of the certificate that we see, not one that the box tells us.
    if (!commitmentHolds(commit, boxNonce, this.#boxHash)) return { broken: 'its commitment does not hold' };
    this.#digits = digits({ boxNonce, agentNonce, boxHash: this.#boxHash, agentHash: this.#agentHash });
    return { digits: this.#digits };
  }

  end(): void {
    this.#commit = undefined;
    this.#nonce = undefined;
    this.#digits = undefined;
  }
}
