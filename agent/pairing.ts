/** The agent's side of the six digits: checks the box's commitment, shows the digits, waits for a person. */
import { commitmentHolds, digits, newNonce } from '../appliance/protocol/pairing.ts';

export type PairingStep =
  /** Answer the box's commitment with this nonce. */
  | { nonce: string }
  /** Both sides can show these now. */
  | { digits: string }
  /** The box does not keep to its commitment: there is somebody in between. */
  | { broken: string };

/** One connection's pairing. Each commitment begins anew; digits of an earlier one no longer count. */
export class Pairing {
  readonly #boxHash: string;
  readonly #agentHash: string;
  readonly #draw: () => string;
  #commit: string | undefined;
  #nonce: string | undefined;
  #digits: string | undefined;

  constructor(o: { boxHash: string; agentHash: string; draw?: () => string }) {
    this.#boxHash = o.boxHash;
    this.#agentHash = o.agentHash;
    this.#draw = o.draw ?? newNonce;
  }

  /** What the person at the machine compares, while it counts. */
  get digits(): string | undefined {
    return this.#digits;
  }

  committed(commit: string): PairingStep {
    this.end();
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
