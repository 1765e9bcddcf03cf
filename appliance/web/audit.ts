/** What web writes into the journal. Guessing must not fill the card, so each kind of refusal has a small allowance. */
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import { type Log, limited } from '../runtime/log.ts';
import type { JournalText, StoreClient } from '../store/client/client.ts';
import type { User } from './users.ts';

const refusalsPerMinute = 4;
const refusalsPerHour = 40;

export type Audit = {
  signedIn(user: User, from: string): Promise<void>;
  signedOut(user: User, from: string): Promise<void>;
  firstPassword(user: User, from: string): Promise<void>;
  signInFailed(name: string, from: string): Promise<void>;
  foreignRequest(origin: string, from: string): Promise<void>;
};

export function createAudit(o: { store: StoreClient; clock: Clock; log: Log }): Audit {
  const log = limited(o.log, 60_000, o.clock);
  /** For each kind its own: what costs nothing to provoke must not hide the guesses. */
  const refusals = new Map<string, { recent: number[]; suppressed: number }>();

  /** The store may be away; what people do must not fail because of it. */
  async function note(
    kind: string,
    who: { name: string; role: string },
    from: string,
    text: JournalText,
    details = {},
  ) {
    try {
      await o.store.note({ kind, who: who.name, role: who.role, from, text, details });
    } catch (error) {
      log.warn('the journal did not take an entry', { kind, from, error: messageOf(error) });
    }
  }

  async function noteRefusal(kind: string, name: string, from: string, text: JournalText, details: object) {
    const nowMs = o.clock.monotonicMs();
    const before = refusals.get(kind) ?? { recent: [], suppressed: 0 };
    const recent = before.recent.filter((atMs) => nowMs - atMs < 3_600_000);
    const lastMinute = recent.filter((atMs) => nowMs - atMs < 60_000).length;
    if (lastMinute >= refusalsPerMinute || recent.length >= refusalsPerHour) {
      refusals.set(kind, { recent, suppressed: before.suppressed + 1 });
      return;
    }
    refusals.set(kind, { recent: [...recent, nowMs], suppressed: 0 });
    const more = before.suppressed > 0 ? { suppressed: before.suppressed } : {};
    await note(kind, { name, role: 'none' }, from, text, { ...details, ...more });
  }

  return {
    signedIn: (user, from) =>
      note('sign-in.ok', user, from, {
        en: `${user.name} signed in from ${from}.`,
        fr: `${user.name} s’est connecté depuis ${from}.`,
      }),
    signedOut: (user, from) =>
      note('sign-out', user, from, {
        en: `${user.name} signed out.`,
        fr: `${user.name} s’est déconnecté.`,
      }),
    firstPassword: (user, from) =>
      note('password.first', user, from, {
        en: `${user.name} set the first password of this box from ${from}.`,
        fr: `${user.name} a créé le premier mot de passe de ce boîtier depuis ${from}.`,
      }),
    signInFailed: (name, from) =>
      noteRefusal(
        'sign-in.failed',
        shown(name),
        from,
        {
          en: `A sign-in as “${shown(name)}” from ${from} was refused.`,
          fr: `Une connexion comme « ${shown(name)} » depuis ${from} a été refusée.`,
        },
        {},
      ),
    foreignRequest: (origin, from) =>
      noteRefusal(
        'request.foreign',
        'unknown',
        from,
        {
          en: `A change that another site asked for through a browser at ${from} was refused.`,
          fr: `Une modification demandée par un autre site, via un navigateur à ${from}, a été refusée.`,
        },
        { origin: shown(origin) },
      ),
  };
}

/** A name typed by a stranger: bounded, and without characters that act on a terminal or a page. */
const shown = (text: string): string => text.slice(0, 64).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
