/** Who may sign in: records of the store, read once and written through. web is their only writer. */
import type { StoreClient } from '../store/client/client.ts';
import type { Passwords } from './passwords.ts';
import { Refusal } from './refusal.ts';

export type Role = 'admin';
export type User = { name: string; role: Role };
type StoredUser = User & { password: string; createdMs: number };

const namespace = 'users';
const shortestPassword = 8;
const longestPassword = 256;

export type Users = {
  /** Throws UNAVAILABLE while the store has not been reached yet. */
  load(): Promise<void>;
  anybody(): Promise<boolean>;
  /** The first user of the box; refused when there is one already, also when another request was faster. */
  createFirst(name: string, password: string, nowMs: number): Promise<User>;
  check(name: string, password: string): Promise<User | null>;
};

export function createUsers(o: { store: StoreClient; passwords: Passwords }): Users {
  const { store, passwords } = o;
  let users: Map<string, StoredUser> | null = null;
  let creating = false;

  async function read(): Promise<Map<string, StoredUser>> {
    const records = await store.records(namespace);
    users = new Map(records.map(({ key, value }) => [key, value as StoredUser]));
    return users;
  }
  const all = async () => users ?? (await read());

  return {
    load: async () => {
      await all();
    },
    anybody: async () => (await all()).size > 0,
    async createFirst(givenName, password, nowMs) {
      const name = acceptName(givenName);
      acceptPassword(password);
      // Before the first wait: of two requests at once, one finds this set.
      if (creating) throw new Refusal('CONFLICT', 'alreadySet');
      creating = true;
      try {
        if ((await read()).size > 0) throw new Refusal('CONFLICT', 'alreadySet');
        const phc = await passwords.hash(password);
        const user: StoredUser = { name, role: 'admin', password: phc, createdMs: nowMs };
        await store.putRecord(namespace, keyOf(name), user);
        await read();
        return { name, role: user.role };
      } finally {
        creating = false;
      }
    },
    async check(name, password) {
      const user = (await all()).get(keyOf(name.trim()));
      const right = await passwords.verify(password, user?.password ?? null);
      return right && user ? { name: user.name, role: user.role } : null;
    },
  };
}

/** Marie and marie are one person. */
const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase();

function acceptName(given: string): string {
  const name = given.normalize('NFC').trim();
  if (name.length < 1 || name.length > 64 || /[\p{C}\p{Zl}\p{Zp}]/u.test(name))
    throw new Refusal('BAD_REQUEST', 'badName', { path: 'name' });
  return name;
}

function acceptPassword(password: string): void {
  if (password.length < shortestPassword || password.length > longestPassword)
    throw new Refusal('BAD_REQUEST', 'badPassword', { path: 'password' });
}
