/**
 * Six digits for the one machine that a person has selected: commit, reveal, compare. The box commits before it sees the
 * machine's nonce, and draws anew each time, so that a man in the middle has one chance in a million a draw.
 */
import { commitment, digits as digitsOf, newNonce } from '../protocol/pairing.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { Failure } from '../runtime/errors.ts';

export type Speaker = {
  send(kind: 'pairCommit', body: { commit: string }): void;
  send(kind: 'pairReveal', body: { nonce: string }): void;
  send(kind: 'pairEnd', body: Record<never, never>): void;
};

/** How long the machine may take for its nonce. */
const revealMs = 10_000;
/** Digits that nobody compared by then are no longer on anybody's mind. */
const digitsMs = 300_000;

export class Selection {
  readonly id: string;
  readonly #boxNonce = newNonce();
  readonly #boxHash: string;
  readonly #speaker: Speaker;
  readonly #onOver: () => void;
  readonly #clock: Clock;
  #timer: Timer;
  #digits: string | null = null;
  #answer: 'yes' | 'no' | null = null;
  #over = false;
  #settle: { resolve(): void; reject(error: Failure): void } | null = null;

  constructor(o: { id: string; boxHash: string; speaker: Speaker; clock: Clock; onOver: () => void }) {
    this.id = o.id;
    this.#boxHash = o.boxHash;
    this.#speaker = o.speaker;
    this.#clock = o.clock;
    this.#onOver = o.onOver;
    this.#timer = o.clock.after(revealMs, () =>
      this.end(new Failure('TIMEOUT', 'the machine did not answer in time: select it again')),
    );
  }

  get digits(): string | null {
    return this.#digits;
  }

  get answer(): 'yes' | 'no' | null {
    return this.#answer;
  }

  /** Resolves when both sides have revealed. */
  draw(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#speaker.send('pairCommit', { commit: commitment(this.#boxNonce, this.#boxHash) });
    });
  }

  /** False when no nonce is expected: each selection takes exactly one. */
  nonce(agentNonce: string): boolean {
    if (this.#over || this.#digits !== null) return false;
    this.#digits = digitsOf({
      boxNonce: this.#boxNonce,
      agentNonce,
      boxHash: this.#boxHash,
      agentHash: this.id,
    });
    this.#timer.stop();
    this.#timer = this.#clock.after(digitsMs, () => this.end());
    this.#speaker.send('pairReveal', { nonce: this.#boxNonce });
    this.#settle?.resolve();
    return true;
  }

  /** What the person at the machine says of the digits; false when there are none. A no is not taken back. */
  answered(same: boolean): boolean {
    if (this.#over || this.#digits === null || this.#answer === 'no') return false;
    this.#answer = same ? 'yes' : 'no';
    return true;
  }

  end(reason = new Failure('CLOSED', 'the selection has ended')): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer.stop();
    this.#digits = null;
    this.#speaker.send('pairEnd', {});
    this.#settle?.reject(reason);
    this.#onOver();
  }

  /** It was admitted: over, but the digits stay on the machine for its own person to say yes. */
  admitted(): void {
    this.#over = true;
    this.#timer.stop();
  }
}
