/** How a person becomes a session: first sign-in with the box's code, sign-in with a password, sign-out. */
import type { Clock } from '../runtime/clock.ts';
import type { Audit } from './audit.ts';
import type { FirstCode } from './first-code.ts';
import { Refusal } from './refusal.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Throttle } from './throttle.ts';
import type { User, Users } from './users.ts';

export type SignIn = {
  /** Draws the first code if nobody has a password; called whenever the store has come (back). */
  prepare(): Promise<void>;
  isFirst(): Promise<boolean>;
  first(given: { code: string; name: string; password: string }, from: string): Promise<string>;
  withPassword(given: { name: string; password: string }, from: string): Promise<string>;
  out(session: Session): Promise<void>;
};

export type SignInParts = {
  users: Users;
  sessions: Sessions;
  firstCode: FirstCode;
  throttle: Throttle;
  audit: Audit;
  clock: Clock;
};

export function createSignIn(parts: SignInParts): SignIn {
  const { users, sessions, firstCode, throttle, audit, clock } = parts;

  async function admit(user: User, from: string): Promise<string> {
    throttle.succeeded(from);
    return sessions.open(user, from);
  }

  return {
    async prepare() {
      if (await users.anybody()) firstCode.retire();
      else firstCode.arm();
      await sessions.load();
      for (const source of sessions.sources()) throttle.know(source);
    },
    isFirst: async () => !(await users.anybody()),
    async first({ code, name, password }, from) {
      if (await users.anybody()) throw new Refusal('CONFLICT', 'alreadySet');
      throttle.enter(from);
      if (!firstCode.matches(code)) {
        await audit.signInFailed(name, from);
        throw new Refusal('UNAUTHORIZED', 'wrongCode', { path: 'code' });
      }
      throttle.succeeded(from);
      const user = await users.createFirst(name, password, clock.wallMs());
      firstCode.retire();
      await audit.firstPassword(user, from);
      return admit(user, from);
    },
    async withPassword({ name, password }, from) {
      if (!(await users.anybody())) throw new Refusal('CONFLICT', 'notSetYet');
      throttle.enter(from);
      const user = await users.check(name, password);
      if (!user) {
        await audit.signInFailed(name, from);
        throw new Refusal('UNAUTHORIZED', 'wrongPassword');
      }
      const token = await admit(user, from);
      await audit.signedIn(user, from);
      return token;
    },
    async out(session) {
      await sessions.close(session.id);
      await audit.signedOut(session, session.from);
    },
  };
}
