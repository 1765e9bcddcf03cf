/**
 * Who is signed in. The browser holds 256 random bits, the store their hash; ages are counted by the monotonic clock,
 * because the wall clock of a box without battery may jump by years.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import { type Log, limited } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { Role, User } from './users.ts';

const namespace = 'sessions';
const idleMs = 30 * 60_000;
const absoluteMs = 12 * 3_600_000;
/** Each save is a write to the card; a restart may therefore count up to this much too much as idle. */
const saveEveryMs = 5 * 60_000;
const sweepEveryMs = 60_000;
const mostSessions = 64;

/** `id` is the hash: enough to name a session inside web, useless to a thief. */
export type Session = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly from: string;
};

type Stored = { name: string; role: Role; from: string; ageMs: number; savedWallMs: number };
type Living = { session: Session; bornMs: number; usedMs: number; savedMs: number };

export type Sessions = {
  load(): Promise<void>;
  /** Gives the token for the cookie. The session is on disk before the answer. */
  open(user: User, from: string): Promise<string>;
  /** A quiet look does not count as use: live streams must not keep a session alive. */
  find(token: string, look?: { quiet: boolean }): Promise<Session | null>;
  close(id: string): Promise<void>;
  /** Sources of the living sessions. */
  sources(): string[];
  /** Also of those that expire by themselves, at most a minute late. */
  onEnd(listener: (id: string) => void): void;
  start(): void;
  stop(): Promise<void>;
};

export function createSessions(o: { store: StoreClient; clock: Clock; log: Log }): Sessions {
  const { store, clock } = o;
  const log = limited(o.log, 60_000, clock);
  const living = new Map<string, Living>();
  const listeners: ((id: string) => void)[] = [];
  let loading: Promise<void> | null = null;
  let sweeper: Timer | null = null;

  async function read(): Promise<void> {
    const nowMs = clock.monotonicMs();
    for (const { key, value } of await store.records(namespace)) {
      const { name, role, from, ageMs, savedWallMs } = value as Stored;
      const awayMs = Math.max(0, clock.wallMs() - savedWallMs);
      const session: Session = { id: key, name, role, from };
      living.set(key, { session, bornMs: nowMs - ageMs - awayMs, usedMs: nowMs - awayMs, savedMs: nowMs });
    }
    sweep();
  }

  function load(): Promise<void> {
    loading ??= read().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  }

  async function save(one: Living): Promise<void> {
    one.savedMs = clock.monotonicMs();
    const { id, name, role, from } = one.session;
    const stored: Stored = { name, role, from, ageMs: one.savedMs - one.bornMs, savedWallMs: clock.wallMs() };
    await store.putRecord(namespace, id, stored);
  }

  function expired(one: Living): boolean {
    const nowMs = clock.monotonicMs();
    return nowMs - one.usedMs >= idleMs || nowMs - one.bornMs >= absoluteMs;
  }

  async function end(id: string): Promise<void> {
    if (!living.delete(id)) return;
    for (const listener of listeners) listener(id);
    await store.deleteRecord(namespace, id);
  }

  function inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => log.warn('a session was not written', { error: messageOf(error) }));
  }

  function sweep(): void {
    for (const [id, one] of living) if (expired(one)) inBackground(end(id));
  }

  return {
    load,
    async open(user, from) {
      await load();
      const oldest = [...living.values()].sort((a, b) => a.usedMs - b.usedMs);
      for (const one of oldest.slice(0, living.size - mostSessions + 1)) await end(one.session.id);
      const token = randomBytes(32).toString('base64url');
      const nowMs = clock.monotonicMs();
      const session: Session = { id: hashOf(token), name: user.name, role: user.role, from };
      const one: Living = { session, bornMs: nowMs, usedMs: nowMs, savedMs: nowMs };
      await save(one);
      living.set(session.id, one);
      return token;
    },
    async find(token, look = { quiet: false }) {
      await load();
      const one = living.get(hashOf(token));
      if (!one) return null;
      if (expired(one)) {
        inBackground(end(one.session.id));
        return null;
      }
      if (look.quiet) return one.session;
      one.usedMs = clock.monotonicMs();
      if (one.usedMs - one.savedMs >= saveEveryMs) inBackground(save(one));
      return one.session;
    },
    close: end,
    sources: () => [...living.values()].map((one) => one.session.from),
    onEnd: (listener) => {
      listeners.push(listener);
    },
    start() {
      sweeper = clock.every(sweepEveryMs, sweep);
    },
    async stop() {
      sweeper?.stop();
      const used = [...living.values()].filter((one) => one.usedMs > one.savedMs);
      await Promise.allSettled(used.map(save));
    },
  };
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
