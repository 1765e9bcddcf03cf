/** How a person becomes a session: first sign-in with the box's code, an invitation, a password; and out again. */
import type { Clock } from '../runtime/clock.ts';
import { networkOf } from '../runtime/network-of.ts';
import type { Audit } from './audit.ts';
import type { Counters } from './counters.ts';
import type { Delays } from './delays.ts';
import type { KnownBrowsers } from './known-browsers.ts';
import type { OneTimeCode } from './one-time-code.ts';
import { acceptPassword } from './password-rules.ts';
import type { Recovery } from './recovery.ts';
import { Refusal } from './refusal.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Throttle } from './throttle.ts';
import type { User, Users } from './users.ts';

/** Where a try comes from: the address, what the browser calls itself, and the mark of an earlier sign-in. */
export type Visitor = { from: string; browser: string; mark: string | null };
/** For the cookies; no mark if the browser has a good one. */
export type Admitted = { user: User; token: string; mark: string | null };
export type Credentials = { name: string; password: string };
type WithCode = Credentials & { code: string };

export type SignIn = {
  /** Draws the first code if nobody has a password; called whenever the store has come (back). */
  prepare(): Promise<void>;
  isFirst(): Promise<boolean>;
  first(given: WithCode, visitor: Visitor): Promise<Admitted>;
  withInvitation(given: WithCode, visitor: Visitor): Promise<Admitted>;
  withPassword(given: Credentials, visitor: Visitor): Promise<Admitted>;
  /** Sets the password of an admin with the code of the screen; signs nobody in. */
  recover(given: WithCode, visitor: Visitor): Promise<void>;
  /** A new session in place of the one that asked, for somebody whose rights or password changed. */
  renew(user: User, visitor: Visitor): Promise<Admitted>;
  out(session: Session): Promise<void>;
};

export type SignInParts = {
  users: Users;
  sessions: Sessions;
  browsers: KnownBrowsers;
  firstCode: OneTimeCode;
  recovery: Recovery;
  throttle: Throttle;
  /** Of tries with a code: these cost nothing to check, so no total is needed that strangers could use up. */
  codeDelays: Delays;
  audit: Audit;
  counters: Counters;
  clock: Clock;
};

export function createSignIn(parts: SignInParts): SignIn {
  const { users, sessions, browsers, firstCode, recovery, throttle, codeDelays, audit, counters, clock } =
    parts;

  async function renew(user: User, { from, browser, mark }: Visitor): Promise<Admitted> {
    const known = await browsers.find(mark, user.id);
    const token = await sessions.open(user, from, browser);
    return { user, token, mark: known === null ? await browsers.remember(user.id) : null };
  }

  function admit(user: User, visitor: Visitor): Promise<Admitted> {
    throttle.know(visitor.from);
    return renew(user, visitor);
  }

  function enterWithCode(from: string): void {
    codeDelays.check(networkOf(from));
    codeDelays.count(networkOf(from));
  }

  function refused(kind: 'sign-in.failed' | 'code.refused', name: string, from: string): Promise<void> {
    counters.count(kind === 'sign-in.failed' ? 'sign_ins_failed' : 'codes_failed');
    return audit.refused(kind, name, from);
  }

  async function wrongCode(name: string, from: string): Promise<never> {
    await refused('code.refused', name, from);
    throw new Refusal('UNAUTHORIZED', 'wrongCode', { path: 'code' });
  }

  return {
    async prepare() {
      if (await users.anybody()) firstCode.retire();
      else firstCode.arm();
      await sessions.load();
      for (const source of sessions.sources()) throttle.know(source);
    },
    isFirst: async () => !(await users.anybody()),
    async first({ code, name, password }, visitor) {
      const { from } = visitor;
      if (await users.anybody()) throw new Refusal('CONFLICT', 'alreadySet');
      enterWithCode(from);
      if (!firstCode.matches(code, networkOf(from))) return wrongCode(name, from);
      codeDelays.clear(networkOf(from));
      const user = await users.createFirst(name, password, clock.wallMs());
      firstCode.retire();
      await audit.note('password.first', user, from);
      return admit(user, visitor);
    },
    async withInvitation({ code, name, password }, visitor) {
      const { from } = visitor;
      enterWithCode(from);
      const user = await users.follow(name, code, password, clock.wallMs());
      if (!user) {
        await refused('code.refused', name, from);
        throw new Refusal('UNAUTHORIZED', 'wrongInvitation', { path: 'code' });
      }
      codeDelays.clear(networkOf(from));
      await audit.note('person.joined', user, from);
      return admit(user, visitor);
    },
    async withPassword({ name, password }, visitor) {
      const { from, mark } = visitor;
      if (!(await users.anybody())) throw new Refusal('CONFLICT', 'notSetYet');
      const named = await users.named(name);
      const browser = named === null ? null : await browsers.find(mark, named.id);
      throttle.enter(from, browser);
      const user = await users.check(name, password, browser !== null || throttle.knows(from));
      if (!user) {
        await refused('sign-in.failed', name, from);
        throw new Refusal('UNAUTHORIZED', 'wrongPassword');
      }
      throttle.succeeded(from, browser);
      const admitted = await admit(user, visitor);
      counters.count('sign_ins');
      await audit.note('sign-in.ok', user, from);
      return admitted;
    },
    async recover({ code, name, password }, { from }) {
      enterWithCode(from);
      if (!recovery.matches(code, networkOf(from))) return wrongCode(name, from);
      codeDelays.clear(networkOf(from));
      const admin = await users.named(name);
      if (admin?.role !== 'admin') {
        const admins = (await users.list()).filter(({ role }) => role === 'admin').map((one) => one.name);
        throw new Refusal('NOT_FOUND', 'noSuchAdmin', { path: 'name', values: { names: admins.join(', ') } });
      }
      acceptPassword(password, admin.name);
      // Of two requests with one code at once, the second finds none any more.
      if (!recovery.take(code)) return wrongCode(name, from);
      await users.setPassword(admin.id, password);
      await sessions.closeOf(admin.id);
      await browsers.forget(admin.id);
      throttle.know(from);
      counters.count('passwords_recovered');
      await audit.note('password.recovered', admin, from);
    },
    renew,
    async out(session) {
      await sessions.close(session.id);
      await audit.note('sign-out', session, session.from);
    },
  };
}
