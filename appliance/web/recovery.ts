/**
 * The way back in for whoever stands at the box: holding its button for ten seconds shows a code for five minutes. With
 * it, the password of an existing admin is set anew; it opens no session, creates nobody and changes nothing else.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import { Failure } from '../runtime/errors.ts';
import { type Audit, theBox } from './audit.ts';
import type { Counters } from './counters.ts';
import { createOneTimeCode, plainCode } from './one-time-code.ts';
import type { Users } from './users.ts';

const lifeMs = 5 * 60_000;

export type Recovery = {
  current(): string | null;
  /** Shows a code; a second hold draws another. Throws CONFLICT while nobody has a password yet. */
  arm(): Promise<string>;
  matches(given: string, source: string): boolean;
  /** Uses it up, if it is still this one. */
  take(given: string): boolean;
  end(): void;
};

export type RecoveryParts = {
  users: Users;
  audit: Audit;
  counters: Counters;
  clock: Clock;
  onChange(): void;
};

export function createRecovery(o: RecoveryParts): Recovery {
  let ending: Timer | null = null;
  const code = createOneTimeCode({ clock: o.clock, whenSpent: 'end', onChange: o.onChange });
  const end = () => {
    ending?.stop();
    ending = null;
    code.retire();
  };
  return {
    current: code.current,
    async arm() {
      if (!(await o.users.anybody()))
        throw new Failure(
          'CONFLICT',
          'Nobody has a password yet: sign in with the code of the first sign-in.',
        );
      end();
      code.arm();
      ending = o.clock.after(lifeMs, end);
      o.counters.count('recoveries_armed');
      await o.audit.note('recovery.armed', theBox, 'panel');
      return code.current() ?? '';
    },
    matches: code.matches,
    take(given) {
      const now = code.current();
      if (now === null || plainCode(now) !== plainCode(given)) return false;
      end();
      return true;
    },
    end,
  };
}
