/** What the exchange would be without its commitment: both say their nonces as they come. For the test of the test. */
import { digits, newNonce } from '../../../appliance/protocol/pairing.ts';
import type { Exchange } from './admissions.ts';
import type { BoxEnd, Heard, Line, MachineEnd } from './ends.ts';
import type { Key } from './keys.ts';

export const uncommitted: Exchange = {
  box: (key) => new OpenBox(key),
  machine: (key) => new OpenMachine(key),
};

class OpenBox implements BoxEnd {
  readonly hash: string;
  readonly #nonce = newNonce();
  #heard: Heard = () => undefined;
  #shown: string | null = null;

  constructor(key: Key) {
    this.hash = key.hash;
  }

  connect(key: Key, heard: Heard): Line {
    this.#heard = heard;
    return lineOf((kind, nonce) => {
      if (kind !== 'pairNonce') return;
      const nonces = { boxNonce: this.#nonce, agentNonce: nonce };
      this.#shown = digits({ ...nonces, boxHash: this.hash, agentHash: key.hash });
      heard({ kind: 'pairReveal', body: { nonce: this.#nonce } });
    });
  }

  select(): void {
    this.#heard({ kind: 'pairCommit', body: { commit: this.#nonce } });
  }

  shown(): string | null {
    return this.#shown;
  }
}

class OpenMachine implements MachineEnd {
  readonly hash: string;
  readonly #nonce = newNonce();
  readonly #shown: string[] = [];

  constructor(key: Key) {
    this.hash = key.hash;
  }

  connect(key: Key, heard: Heard): Line {
    return lineOf((kind, nonce) => {
      const nonces = { boxNonce: nonce, agentNonce: this.#nonce };
      if (kind === 'pairCommit') heard({ kind: 'pairNonce', body: { nonce: this.#nonce } });
      if (kind === 'pairReveal')
        this.#shown.push(digits({ ...nonces, boxHash: key.hash, agentHash: this.hash }));
    });
  }

  shown(): readonly string[] {
    return this.#shown;
  }
}

function lineOf(said: (kind: string, nonce: string) => void): Line {
  return {
    open: true,
    send: (kind, body) => said(kind, 'nonce' in body ? body.nonce : ''),
    close: () => undefined,
  };
}
