/**
 * Who is signed in. The browser holds 256 random bits, the store their hash; ages are counted by the monotonic clock,
 * because the wall clock of a box without battery may jump by years.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import { type Log, limited } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { Caller } from './access.ts';
import { nameOfBrowser } from './browser-name.ts';
import type { User, Users } from './users.ts';

const namespace = 'sessions';
const idleMs = 30 * 60_000;
const absoluteMs = 12 * 3_600_000;
/** Each save is a write to the card; a restart may therefore count up to this much too much as idle. */
const saveEveryMs = 5 * 60_000;
const sweepEveryMs = 60_000;
const mostSessions = 256;
/** So that nobody's sign-ins push out somebody else's. */
const mostOfPerson = 8;

/** `id` is the hash: enough to name a session inside web, useless to a thief. Name and role are the person's of now. */
export type Session = Caller & { readonly from: string; readonly scopes: null };

type Stored = {
  user: string;
  from: string;
  browser: string;
  startedMs: number;
  ageMs: number;
  savedWallMs: number;
};
type Living = Omit<Stored, 'ageMs' | 'savedWallMs'> & {
  id: string;
  bornMs: number;
  usedMs: number;
  savedMs: number;
};
/** As its owner sees it. */
export type OpenSession = { id: string; from: string; browser: string; startedMs: number; idleMs: number };

export type Sessions = {
  load(): Promise<void>;
  /** Gives the token for the cookie. The session is on disk before the answer. */
  open(user: Pick<User, 'id'>, from: string, browser: string): Promise<string>;
  /** A quiet look does not count as use: live streams must not keep a session alive. */
  find(token: string, look?: { quiet: boolean }): Promise<Session | null>;
  close(id: string): Promise<void>;
  /** Everything that a person has open, but one if it is named. */
  closeOf(user: string, but?: string): Promise<void>;
  /** By the short id that `of` tells; false if this person has no such session. */
  closeOne(user: string, shortId: string): Promise<boolean>;
  of(user: string): OpenSession[];
  /** Sources of the living sessions. */
  sources(): string[];
  /** Also of those that expire by themselves, at most a minute late. */
  onEnd(listener: (id: string) => void): void;
  start(): void;
  stop(): Promise<void>;
};

export function createSessions(o: { store: StoreClient; users: Users; clock: Clock; log: Log }): Sessions {
  const { store, users, clock } = o;
  const log = limited(o.log, 60_000, clock);
  const living = new Map<string, Living>();
  const listeners: ((id: string) => void)[] = [];
  let loading: Promise<void> | null = null;
  let sweeper: Timer | null = null;

  async function read(): Promise<void> {
    const nowMs = clock.monotonicMs();
    await users.load();
    for (const { key, value } of await store.records(namespace)) {
      const { ageMs, savedWallMs, ...kept } = value as Stored;
      const awayMs = Math.max(0, clock.wallMs() - savedWallMs);
      const [bornMs, usedMs] = [nowMs - ageMs - awayMs, nowMs - awayMs];
      living.set(key, { ...kept, id: key, bornMs, usedMs, savedMs: nowMs });
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
    const { id, user, from, browser, startedMs } = one;
    const ageMs = one.savedMs - one.bornMs;
    const stored: Stored = { user, from, browser, startedMs, ageMs, savedWallMs: clock.wallMs() };
    await store.putRecord(namespace, id, stored);
  }

  function expired(one: Living): boolean {
    const nowMs = clock.monotonicMs();
    const gone = users.get(one.user) === null;
    return gone || nowMs - one.usedMs >= idleMs || nowMs - one.bornMs >= absoluteMs;
  }

  async function end(id: string): Promise<void> {
    if (!living.delete(id)) return;
    for (const listener of listeners) listener(id);
    await store.deleteRecord(namespace, id);
  }

  async function makeRoom(user: string): Promise<void> {
    const oldest = [...living.values()].sort((a, b) => a.usedMs - b.usedMs);
    const own = oldest.filter((one) => one.user === user);
    const surplus = [
      ...own.slice(0, Math.max(0, own.length - mostOfPerson + 1)),
      ...oldest.slice(0, Math.max(0, oldest.length - mostSessions + 1)),
    ];
    for (const one of surplus) await end(one.id);
  }

  function inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => log.warn('a session was not written', { error: messageOf(error) }));
  }

  function sweep(): void {
    for (const [id, one] of living) if (expired(one)) inBackground(end(id));
  }

  return {
    load,
    async open(user, from, browser) {
      await load();
      await makeRoom(user.id);
      const token = randomBytes(32).toString('base64url');
      const nowMs = clock.monotonicMs();
      const ages = { startedMs: clock.wallMs(), bornMs: nowMs, usedMs: nowMs, savedMs: nowMs };
      const one: Living = {
        id: hashOf(token),
        user: user.id,
        from,
        browser: nameOfBrowser(browser),
        ...ages,
      };
      await save(one);
      living.set(one.id, one);
      return token;
    },
    async find(token, look = { quiet: false }) {
      await load();
      const one = living.get(hashOf(token));
      if (!one) return null;
      if (expired(one)) {
        inBackground(end(one.id));
        return null;
      }
      if (!look.quiet) {
        one.usedMs = clock.monotonicMs();
        if (one.usedMs - one.savedMs >= saveEveryMs) inBackground(save(one));
      }
      const person = users.get(one.user);
      return (
        person && {
          id: one.id,
          user: person.id,
          name: person.name,
          role: person.role,
          from: one.from,
          scopes: null,
        }
      );
    },
    close: end,
    async closeOf(user, but) {
      await load();
      for (const one of [...living.values()]) if (one.user === user && one.id !== but) await end(one.id);
    },
    async closeOne(user, shortId) {
      const found = [...living.values()].find((one) => one.user === user && one.id.startsWith(shortId));
      if (found) await end(found.id);
      return found !== undefined;
    },
    of: (user) =>
      [...living.values()]
        .filter((one) => one.user === user && !expired(one))
        .map(({ id, from, browser, startedMs, usedMs }) => ({
          ...{
            id: id.slice(0, 16),
            from,
            browser,
            startedMs,
            idleMs: Math.round(clock.monotonicMs() - usedMs),
          },
        }))
        .sort((a, b) => a.idleMs - b.idleMs),
    sources: () => [...living.values()].map((one) => one.from),
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
