/**
 * Enrolment tokens: 128 bits beside an installer, so that a fleet needs nobody at each machine. Only their hash is kept. A
 * use is on disk before the machine is admitted, so that no power cut gives it back.
 */
import { createHash, randomBytes } from 'node:crypto';
import { integer, object, text } from '../protocol/check.ts';
import type { Clock } from '../runtime/clock.ts';
import { Failure } from '../runtime/errors.ts';
import type { StoreClient } from '../store/client/client.ts';
import { TokenBucket } from './bucket.ts';
import type { Actor, EnrolmentToken } from './client/types.ts';

export const tokenNamespace = 'ingest.tokens';
const tokenBytes = 16;
const dayMs = 86_400_000;
const mostTokens = 100;
const mostUses = 1_000;
/** Tries with wrong tokens that are looked at: at once, and then a minute. Nobody guesses 128 bits; it is for the noise. */
const triesAtOnce = 20;
const triesPerMinute = 10;

const checkStored = object({
  hash: text({ max: 64 }),
  label: text({ max: 100 }),
  uses: integer({ min: 1, max: mostUses }),
  left: integer({ min: 0, max: mostUses }),
  createdMs: integer({}),
  expiresMs: integer({}),
  by: text({ max: 256 }),
});
type Stored = ReturnType<typeof checkStored>;

type Store = Pick<StoreClient, 'records' | 'putRecord' | 'deleteRecord'>;
/** `waits`: nothing is wrong, but nobody may be admitted by it now. */
export type Use =
  | { ok: true; id: string; by: string }
  | { ok: false; why: 'unknown' | 'used' | 'expired' | 'paced' | 'clock' };

export class Tokens {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #wallMs: () => number;
  readonly #trusted: () => boolean;
  readonly #tries: TokenBucket;
  /** By hash; null until the store has told them. */
  #byHash: Map<string, Stored> | null = null;
  #refused = 0;

  constructor(o: { store: Store; clock: Clock; wallMs: () => number; trusted: () => boolean }) {
    this.#store = o.store;
    this.#clock = o.clock;
    this.#wallMs = o.wallMs;
    this.#trusted = o.trusted;
    this.#tries = new TokenBucket({
      perSecond: triesPerMinute / 60,
      burst: triesAtOnce,
      nowMs: o.clock.monotonicMs(),
    });
  }

  /** Tries with a token that admitted nobody, since the start. */
  get refused(): number {
    return this.#refused;
  }

  async list(): Promise<EnrolmentToken[]> {
    const now = this.#wallMs();
    return [...(await this.#load()).values()].map((one) => shown(one, now));
  }

  /** The only time that the token itself is said. */
  async create(o: {
    uses: number;
    hours: number;
    label: string;
    by: Actor;
  }): Promise<EnrolmentToken & { token: string }> {
    if (!this.#trusted())
      throw new Failure(
        'CONFLICT',
        "the box's clock is not sure: set it first, or the token would end at a wrong time",
      );
    const tokens = await this.#load();
    await this.#forgetOld(tokens);
    if (tokens.size >= mostTokens)
      throw new Failure('TOO_MANY', `there are ${tokens.size} tokens: revoke some first`);
    const token = randomBytes(tokenBytes).toString('hex');
    const createdMs = this.#wallMs();
    const stored: Stored = {
      ...{ hash: hashOf(token), label: o.label, uses: o.uses, left: o.uses, by: o.by.who },
      ...{ createdMs, expiresMs: createdMs + o.hours * 3_600_000 },
    };
    await this.#store.putRecord(tokenNamespace, idOf(stored), stored);
    tokens.set(stored.hash, stored);
    return { ...shown(stored, createdMs), token };
  }

  async revoke(id: string): Promise<EnrolmentToken> {
    const tokens = await this.#load();
    const stored = [...tokens.values()].find((one) => idOf(one) === id);
    if (stored === undefined)
      throw new Failure('NOT_FOUND', 'there is no such token: it may have ended already');
    // First here, so that nobody comes in while the disk is asked.
    tokens.delete(stored.hash);
    await this.#store.deleteRecord(tokenNamespace, id);
    return shown(stored, this.#wallMs());
  }

  /** Takes one use, on disk before the answer. */
  async use(token: string): Promise<Use> {
    const refuse = (why: 'unknown' | 'used' | 'expired' | 'paced' | 'clock'): Use => {
      this.#refused++;
      return { ok: false, why };
    };
    if (!this.#trusted()) return { ok: false, why: 'clock' };
    const tokens = await this.#load();
    const stored = tokens.get(hashOf(token));
    if (stored === undefined)
      return refuse(this.#tries.take(this.#clock.monotonicMs()) ? 'unknown' : 'paced');
    if (this.#wallMs() >= stored.expiresMs) return refuse('expired');
    if (stored.left <= 0) return refuse('used');
    stored.left--;
    try {
      await this.#store.putRecord(tokenNamespace, idOf(stored), stored);
    } catch (error) {
      stored.left++;
      throw error;
    }
    return { ok: true, id: idOf(stored), by: stored.by };
  }

  async #load(): Promise<Map<string, Stored>> {
    if (this.#byHash !== null) return this.#byHash;
    const records = await this.#store.records(tokenNamespace);
    // Two calls at once: the first to have it decides, so that no use is counted twice.
    this.#byHash ??= new Map(
      records.map(({ value }) => checkStored(value)).map((stored) => [stored.hash, stored] as const),
    );
    return this.#byHash;
  }

  async #forgetOld(tokens: Map<string, Stored>): Promise<void> {
    for (const stored of [...tokens.values()]) {
      if (stored.left > 0 && this.#wallMs() < stored.expiresMs + dayMs) continue;
      tokens.delete(stored.hash);
      await this.#store.deleteRecord(tokenNamespace, idOf(stored));
    }
  }
}

const hashOf = (token: string) => createHash('sha256').update(`netmonitor-token-1 ${token}`).digest('hex');
/** The beginning of the hash: it names the token and gives nothing of it away. */
const idOf = ({ hash }: Stored) => hash.slice(0, 12);

function shown(stored: Stored, nowMs: number): EnrolmentToken {
  const { label, uses, left, createdMs, expiresMs, by } = stored;
  return { id: idOf(stored), label, uses, left, createdMs, expiresMs, by, expired: nowMs >= expiresMs };
}
