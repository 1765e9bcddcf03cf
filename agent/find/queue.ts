/** Candidates between the sockets that hear of them and the loop that tries them. Bounded: anybody may answer. */
import type { Candidate } from './rung.ts';

const mostCandidates = 64;
/** One sender cannot fill the list. */
const mostOfSender = 8;

export class CandidateQueue<T extends Candidate = Candidate> {
  readonly #seen = new Set<string>();
  readonly #ofSender = new Map<string, number>();
  readonly #waiting: T[] = [];
  #ended = false;
  #wake: () => void = () => undefined;

  get size(): number {
    return this.#seen.size;
  }

  add(candidates: readonly T[], sender = ''): void {
    for (const candidate of candidates) {
      const key = `${candidate.host} ${candidate.port} ${candidate.announcedHash ?? ''}`;
      const ofSender = this.#ofSender.get(sender) ?? 0;
      if (this.#seen.has(key) || this.#seen.size >= mostCandidates || ofSender >= mostOfSender) continue;
      this.#ofSender.set(sender, ofSender + 1);
      this.#seen.add(key);
      this.#waiting.push(candidate);
    }
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Ends with the signal too. */
  async *until(signal: AbortSignal): AsyncGenerator<T> {
    const abort = () => this.end();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) this.end();
    try {
      for (;;) {
        const candidate = await this.#next();
        if (candidate === undefined) return;
        yield candidate;
      }
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async #next(): Promise<T | undefined> {
    while (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#waiting.shift();
  }
}
