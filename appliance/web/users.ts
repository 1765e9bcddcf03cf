/** Who may sign in: records of the store, read once and written through, one change after the other. web is their only writer. */
import { randomBytes } from 'node:crypto';
import type { StoreClient } from '../store/client/client.ts';
import type { Role } from './access.table.ts';
import { drawInvitation, type Invitation, isInvited } from './invitations.ts';
import { acceptPerson, keyOf } from './names.ts';
import { acceptPassword } from './password-rules.ts';
import type { Passwords } from './passwords.ts';
import { Refusal } from './refusal.ts';

/** `id` stays when the name changes. */
export type User = { id: string; name: string; role: Role };
export type Person = User & { createdMs: number; hasPassword: boolean; invitedUntilMs: number | null };
type Stored = {
  name: string;
  role: Role;
  /** Null until an invitation has been followed. */
  password: string | null;
  createdMs: number;
  invitation?: Invitation | null;
};

const namespace = 'users';
const mostUsers = 64;

export type Users = {
  /** Throws UNAVAILABLE while the store has not been reached yet. */
  load(): Promise<void>;
  anybody(): Promise<boolean>;
  /** From RAM, for whoever has called load before. */
  get(id: string): User | null;
  named(name: string): Promise<User | null>;
  list(): Promise<Person[]>;
  /** The first user of the box; refused when there is one already, also when another request was faster. */
  createFirst(name: string, password: string, nowMs: number): Promise<User>;
  /** `ahead`: before those who wait for their turn, see passwords.ts. */
  check(name: string, password: string, ahead: boolean): Promise<User | null>;
  invite(name: string, role: Role, nowMs: number): Promise<{ user: User; code: string }>;
  /** A new invitation for somebody who has one already, or forgot the password: that ends at once. */
  inviteAgain(id: string, nowMs: number): Promise<{ user: User; code: string }>;
  /** Null: no such invitation. */
  follow(name: string, code: string, password: string, nowMs: number): Promise<User | null>;
  setPassword(id: string, password: string): Promise<User>;
  setName(id: string, name: string): Promise<User>;
  setRole(id: string, role: Role): Promise<User>;
  remove(id: string): Promise<User>;
};

export function createUsers(o: { store: StoreClient; passwords: Passwords }): Users {
  const { store, passwords } = o;
  let users: Map<string, Stored> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  async function read(): Promise<Map<string, Stored>> {
    const records = await store.records(namespace);
    users = new Map(records.map(({ key, value }) => [key, value as Stored]));
    return users;
  }
  const all = async () => users ?? (await read());

  /** Of two changes at once, the second sees what the first has done. */
  function inTurn<T>(work: (users: Map<string, Stored>) => Promise<T>): Promise<T> {
    const run = last.then(async () => work(await all()));
    last = run.catch(() => 'its caller is told; the next change starts either way');
    return run;
  }

  async function put(id: string, stored: Stored): Promise<User> {
    await store.putRecord(namespace, id, stored);
    (await all()).set(id, stored);
    return userOf(id, stored);
  }

  function mustKnow(known: Map<string, Stored>, id: string): Stored {
    const found = known.get(id);
    if (!found) throw new Refusal('NOT_FOUND', 'personUnknown', { path: 'person' });
    return found;
  }

  /** Somebody has to be able to administer the box: who was only invited cannot yet. */
  function keepAnAdmin(known: Map<string, Stored>, without: string): void {
    const able = [...known].filter(
      ([id, one]) => one.role === 'admin' && one.password !== null && id !== without,
    );
    const before = known.get(without);
    if (able.length === 0 && before?.role === 'admin' && before.password !== null)
      throw new Refusal('CONFLICT', 'lastAdmin');
  }

  function freeName(known: Map<string, Stored>, given: string, but?: string): string {
    const name = acceptPerson(given);
    if ([...known].some(([id, one]) => id !== but && keyOf(one.name) === keyOf(name)))
      throw new Refusal('CONFLICT', 'nameTaken', { path: 'name' });
    return name;
  }

  async function find(name: string): Promise<[string, Stored] | null> {
    const key = keyOf(name.trim());
    return [...(await all())].find(([, one]) => keyOf(one.name) === key) ?? null;
  }

  return {
    load: async () => {
      await all();
    },
    anybody: async () => (await all()).size > 0,
    get(id) {
      const found = users?.get(id);
      return found ? userOf(id, found) : null;
    },
    async named(name) {
      const found = await find(name);
      return found && userOf(...found);
    },
    async list() {
      const people = [...(await all())].map(([id, one]) => ({
        ...userOf(id, one),
        createdMs: one.createdMs,
        hasPassword: one.password !== null,
        invitedUntilMs: one.invitation?.untilMs ?? null,
      }));
      return people.sort((a, b) => a.createdMs - b.createdMs);
    },
    async createFirst(givenName, password, createdMs) {
      const name = acceptPerson(givenName);
      acceptPassword(password, name);
      return inTurn(async () => {
        if ((await read()).size > 0) throw new Refusal('CONFLICT', 'alreadySet');
        const phc = await passwords.hash(password);
        return put(newId(), { name, role: 'admin', password: phc, createdMs, invitation: null });
      });
    },
    async check(name, password, ahead) {
      const found = await find(name);
      const right = await passwords.verify(password, found?.[1].password ?? null, ahead);
      // Looked up again: the person may have been removed while the hash was computed.
      const now = found && (await all()).get(found[0]);
      return right && now && now.password === found[1].password ? userOf(found[0], now) : null;
    },
    invite: (given, role, nowMs) =>
      inTurn(async (known) => {
        if (known.size >= mostUsers)
          throw new Refusal('CONFLICT', 'tooManyPeople', { values: { count: mostUsers } });
        const name = freeName(known, given);
        const { code, invitation } = drawInvitation(nowMs);
        return {
          user: await put(newId(), { name, role, password: null, createdMs: nowMs, invitation }),
          code,
        };
      }),
    inviteAgain: (id, nowMs) =>
      inTurn(async (known) => {
        const person = mustKnow(known, id);
        keepAnAdmin(known, id);
        const { code, invitation } = drawInvitation(nowMs);
        return { user: await put(id, { ...person, password: null, invitation }), code };
      }),
    async follow(name, code, password, nowMs) {
      const found = await find(name);
      if (!isInvited(found?.[1].invitation ?? null, code, nowMs) || !found) return null;
      acceptPassword(password, found[1].name);
      const phc = await passwords.hash(password);
      return inTurn(async (known) => {
        const person = known.get(found[0]);
        if (!person || !isInvited(person.invitation ?? null, code, nowMs)) return null;
        return put(found[0], { ...person, password: phc, invitation: null });
      });
    },
    async setPassword(id, password) {
      acceptPassword(password, mustKnow(await all(), id).name);
      const phc = await passwords.hash(password);
      return inTurn((known) => put(id, { ...mustKnow(known, id), password: phc, invitation: null }));
    },
    setName: (id, name) =>
      inTurn((known) => put(id, { ...mustKnow(known, id), name: freeName(known, name, id) })),
    setRole: (id, role) =>
      inTurn(async (known) => {
        const person = mustKnow(known, id);
        if (role !== 'admin') keepAnAdmin(known, id);
        return put(id, { ...person, role });
      }),
    remove: (id) =>
      inTurn(async (known) => {
        const person = mustKnow(known, id);
        keepAnAdmin(known, id);
        await store.deleteRecord(namespace, id);
        known.delete(id);
        return userOf(id, person);
      }),
  };
}

const userOf = (id: string, { name, role }: Stored): User => ({ id, name, role });
const newId = (): string => randomBytes(8).toString('hex');
