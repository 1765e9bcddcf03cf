/** The agent's side of the six digits: checks the box's commitment, shows the digits, waits for a person. */
import { commitmentHolds, digits, newNonce } from '../appliance/protocol/pairing.ts';
import type { Clock } from '../appliance/runtime/clock.ts';

export type PairingStep =
  /** Answer the box's commitment with this nonce. */
  | { nonce: string }
  /** Both sides can show these now. */
  | { digits: string }
  /** The box does not keep to its commitment: there is somebody in between. */
  | { broken: string };

/** A box draws six times a minute, and six times at once after a pause. Jitter of the network must not look like a cheat. */
const DRAW_EVERY_MS = 10_000;
const DRAWS_AT_ONCE = 8;

/**
 * How often digits are drawn, over all connections. Whoever stands between knows the digits of each draw before it reveals,
 * and the box's digits stay on its screen for minutes: without a pace it draws here until both are the same.
 */
export class DrawPace {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  #paidUntilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** False when it is too soon for another draw. */
  take(): boolean {
    const nowMs = this.#clock.monotonicMs();
    const paidUntilMs = Math.max(this.#paidUntilMs, nowMs) + DRAW_EVERY_MS;
    if (paidUntilMs - nowMs > DRAWS_AT_ONCE * DRAW_EVERY_MS) return false;
    this.#paidUntilMs = paidUntilMs;
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
    if (!this.#pace.take()) return { broken: 'it draws digits too often' };
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
