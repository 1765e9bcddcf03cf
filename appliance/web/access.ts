/** Finds out who asks, by cookie or by token, and whether the table of routes lets them. */
import type { FastifyRequest } from 'fastify';
import { type Access, access, type Role, reaches, type Scope } from './access.table.ts';
import type { ApiTokens } from './api-tokens.ts';
import { readCookie } from './cookie.ts';
import { addressOf } from './fastify.ts';
import { Refusal } from './refusal.ts';
import type { Sessions } from './sessions.ts';

/** Whoever asks: a person with a session, or a program with a token. */
export type Caller = {
  /** Names the session or token inside web; useless to a thief. */
  readonly id: string;
  /** The person, or the person who made the token. */
  readonly user: string;
  readonly name: string;
  readonly role: Role;
  /** Null: a person, who may do whatever the role may. */
  readonly scopes: readonly Scope[] | null;
};

type Found = Pick<FastifyRequest, 'headers' | 'socket'>;

/** A header with a token counts alone: a browser's cookie beside it would make the token a way around the guard. */
export async function callerFrom(
  request: Found,
  o: { sessions: Sessions; apiTokens: ApiTokens; quiet: boolean },
): Promise<Caller | null> {
  const { authorization, cookie } = request.headers;
  const session = readCookie(cookie);
  if (authorization === undefined) {
    return session === null ? null : await o.sessions.find(session, { quiet: o.quiet });
  }
  if (session !== null) throw new Refusal('BAD_REQUEST', 'cookieAndToken', { path: 'authorization' });
  const token = /^Bearer +(\S{1,200}) *$/i.exec(authorization)?.[1];
  const caller = token === undefined ? null : await o.apiTokens.find(token, addressOf(request));
  if (caller === null) throw new Refusal('UNAUTHORIZED', 'badToken');
  return caller;
}

/** `route` as in the table: method, then the path below the prefix. */
export function permit(
  route: string,
  caller: Caller | null,
  table: Readonly<Record<string, Access>> = access,
) {
  const needs = Object.hasOwn(table, route) ? table[route] : undefined;
  if (needs === 'anybody') return;
  if (caller === null) throw new Refusal('UNAUTHORIZED', 'signInNeeded');
  if (needs === undefined) throw new Refusal('FORBIDDEN', 'forbidden');
  if (caller.scopes !== null && (needs.scope === null || !caller.scopes.includes(needs.scope)))
    throw new Refusal('FORBIDDEN', 'scopeMissing', { values: { scope: needs.scope ?? '–' } });
  if (!reaches(caller.role, needs.role))
    throw new Refusal('FORBIDDEN', 'roleMissing', { values: { role: needs.role } });
}
