/**
 * Browsers with which somebody has signed in before: they carry a random mark that opens nothing, but lets that person's
 * tries be counted apart from everybody else's, so that no flood of strangers locks an admin out.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../runtime/clock.ts';
import type { StoreClient } from '../store/client/client.ts';

const namespace = 'known-browsers';
const mostBrowsers = 256;
const mostOfPerson = 8;

type Known = { user: string; atMs: number };

export type KnownBrowsers = {
  /** Names the browser if it is known and of this person. */
  find(mark: string | null, user: string): Promise<string | null>;
  /** Gives the mark for the cookie. */
  remember(user: string): Promise<string>;
  forget(user: string): Promise<void>;
};

export function createKnownBrowsers({ store, clock }: { store: StoreClient; clock: Clock }): KnownBrowsers {
  let known: Map<string, Known> | null = null;

  async function all(): Promise<Map<string, Known>> {
    if (known) return known;
    const records = await store.records(namespace);
    known ??= new Map(records.map(({ key, value }) => [key, value as Known]));
    return known;
  }

  async function drop(hash: string): Promise<void> {
    await store.deleteRecord(namespace, hash);
    known?.delete(hash);
  }

  /** Insertion is age: the first ones have been known longest. */
  async function makeRoom(browsers: Map<string, Known>, user: string): Promise<void> {
    const own = [...browsers].filter(([, one]) => one.user === user);
    for (const [hash] of own.slice(0, Math.max(0, own.length - mostOfPerson + 1))) await drop(hash);
    const others = [...browsers.keys()];
    for (const hash of others.slice(0, Math.max(0, browsers.size - mostBrowsers + 1))) await drop(hash);
  }

  return {
    async find(mark, user) {
      if (mark === null) return null;
      const hash = hashOf(mark);
      return (await all()).get(hash)?.user === user ? hash : null;
    },
    async remember(user) {
      const browsers = await all();
      await makeRoom(browsers, user);
      const mark = randomBytes(32).toString('base64url');
      const one = { user, atMs: clock.wallMs() };
      await store.putRecord(namespace, hashOf(mark), one);
      browsers.set(hashOf(mark), one);
      return mark;
    },
    async forget(user) {
      for (const [hash, one] of [...(await all())]) if (one.user === user) await drop(hash);
    },
  };
}

const hashOf = (mark: string): string => createHash('sha256').update(mark).digest('hex');
