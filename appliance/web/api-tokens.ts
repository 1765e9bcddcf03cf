/**
 * Tokens for programs: 256 random bits, shown once, of which the store keeps the SHA-256. A token never reaches further
 * than the person who made it does now, and ends with that person.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import { type Log, limited } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import { lesser, type Role, type Scope } from './access.table.ts';
import type { Caller } from './access.ts';
import { acceptName } from './names.ts';
import { Refusal } from './refusal.ts';
import type { Users } from './users.ts';

const namespace = 'api-tokens';
const tokenPrefix = 'nm_';
const mostTokens = 64;
const sweepEveryMs = 60_000;
/** A program may ask every second; the card takes a note of it four times an hour. */
const saveEveryMs = 15 * 60_000;

type Stored = {
  name: string;
  role: Role;
  scopes: Scope[];
  /** The person who made it. */
  user: string;
  createdMs: number;
  expiresMs: number | null;
  usedMs: number | null;
  usedFrom: string | null;
};
export type ApiToken = Omit<Stored, 'user'> & { id: string; madeBy: string };
export type NewToken = { name: string; role: Role; scopes: readonly Scope[]; days: number | null };

export type ApiTokens = {
  load(): Promise<void>;
  list(): Promise<ApiToken[]>;
  /** `secret` is told this once and kept nowhere. */
  create(wanted: NewToken, maker: Caller): Promise<{ secret: string; token: ApiToken }>;
  find(secret: string, from: string): Promise<Caller | null>;
  remove(id: string): Promise<ApiToken>;
  /** All tokens of a person who leaves. */
  removeOf(user: string): Promise<void>;
  /** Also of those that expire by themselves, at most a minute late. */
  onEnd(listener: (id: string) => void): void;
  start(): void;
  stop(): void;
};

export function createApiTokens(o: { store: StoreClient; users: Users; clock: Clock; log: Log }): ApiTokens {
  const { store, users, clock } = o;
  const log = limited(o.log, 60_000, clock);
  const listeners: ((id: string) => void)[] = [];
  let tokens: Map<string, Stored> | null = null;
  const savedMs = new Map<string, number>();
  let sweeper: Timer | null = null;

  async function all(): Promise<Map<string, Stored>> {
    await users.load();
    if (tokens) return tokens;
    const records = await store.records(namespace);
    tokens ??= new Map(records.map(({ key, value }) => [key, value as Stored]));
    return tokens;
  }

  /** A clock that went back makes no token younger than its last use. */
  function expired({ expiresMs, createdMs, usedMs }: Stored): boolean {
    return expiresMs !== null && Math.max(clock.wallMs(), createdMs, usedMs ?? 0) >= expiresMs;
  }

  /** A stream that was opened in time must not go on for ever. What is kept of the token stays, for its owner to see. */
  function sweep(): void {
    for (const [hash, one] of tokens ?? []) {
      if (expired(one)) for (const listener of listeners) listener(hash);
    }
  }

  async function end(hash: string): Promise<void> {
    await store.deleteRecord(namespace, hash);
    tokens?.delete(hash);
    savedMs.delete(hash);
    for (const listener of listeners) listener(hash);
  }

  function used(hash: string, one: Stored, from: string): void {
    one.usedMs = Math.max(clock.wallMs(), one.usedMs ?? 0);
    one.usedFrom = from;
    const nowMs = clock.monotonicMs();
    if (nowMs - (savedMs.get(hash) ?? Number.NEGATIVE_INFINITY) < saveEveryMs) return;
    savedMs.set(hash, nowMs);
    store
      .putRecord(namespace, hash, one)
      .catch((error: unknown) =>
        log.warn('the last use of a token was not written', { error: messageOf(error) }),
      );
  }

  const shown = (hash: string, { user, ...one }: Stored): ApiToken => ({
    ...one,
    id: publicId(hash),
    madeBy: users.get(user)?.name ?? '',
  });

  return {
    load: async () => {
      await all();
    },
    async list() {
      const known = [...(await all())];
      return known.map(([hash, one]) => shown(hash, one)).sort((a, b) => b.createdMs - a.createdMs);
    },
    async create({ name: given, role, scopes, days }, maker) {
      const name = acceptName(given);
      const known = await all();
      if (known.size >= mostTokens)
        throw new Refusal('CONFLICT', 'tooManyTokens', { values: { count: mostTokens } });
      if (lesser(role, maker.role) !== role)
        throw new Refusal('FORBIDDEN', 'roleMissing', { path: 'role', values: { role } });
      const secret = `${tokenPrefix}${randomBytes(32).toString('base64url')}`;
      const hash = hashOf(secret);
      const createdMs = clock.wallMs();
      const one: Stored = {
        ...{ name, role, scopes: [...scopes], user: maker.user, createdMs },
        ...{ expiresMs: days === null ? null : createdMs + days * 86_400_000, usedMs: null, usedFrom: null },
      };
      await store.putRecord(namespace, hash, one);
      known.set(hash, one);
      return { secret, token: shown(hash, one) };
    },
    async find(secret, from) {
      if (!secret.startsWith(tokenPrefix)) return null;
      const hash = hashOf(secret);
      const one = (await all()).get(hash);
      const maker = one && users.get(one.user);
      if (!one || !maker || expired(one)) return null;
      used(hash, one, from);
      const { name, scopes } = one;
      return {
        ...{ id: hash, user: maker.id, name: `${name} (token of ${maker.name})`, scopes },
        role: lesser(one.role, maker.role),
      };
    },
    async remove(id) {
      const found = [...(await all())].find(([hash]) => publicId(hash) === id);
      if (!found) throw new Refusal('NOT_FOUND', 'tokenUnknown', { path: 'token' });
      const gone = shown(...found);
      await end(found[0]);
      return gone;
    },
    async removeOf(user) {
      for (const [hash, one] of [...(await all())]) if (one.user === user) await end(hash);
    },
    onEnd: (listener) => {
      listeners.push(listener);
    },
    start() {
      sweeper = clock.every(sweepEveryMs, sweep);
    },
    stop: () => sweeper?.stop(),
  };
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const publicId = (hash: string): string => hash.slice(0, 16);
