/** fastify as web uses it: what a request carries, and what a route may declare. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, FastifyTypeProvider } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { Actor } from '../ingest/client/types.ts';
import type { Caller } from './access.ts';
import { sourceOf } from './gate.ts';
import { Refusal } from './refusal.ts';
import type { Session } from './sessions.ts';

/** What a route's schemas say is what its handler is given, and what it must answer. */
interface SchemaTypes extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
  serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
}

export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, SchemaTypes>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null before signing in. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** Does not count as use of the session. */
    quiet?: boolean;
  }
}

type Bare = Pick<FastifyRequest, 'caller' | 'socket'>;

export function callerOf(request: Pick<FastifyRequest, 'caller'>): Caller {
  if (!request.caller) throw new Refusal('UNAUTHORIZED', 'signInNeeded');
  return request.caller;
}

/** A person at a browser; programs with a token are refused. */
export function sessionOf(request: Pick<FastifyRequest, 'caller'>): Session {
  const caller = callerOf(request);
  if (caller.scopes !== null) throw new Refusal('FORBIDDEN', 'forbidden');
  return caller as Session;
}

export function addressOf(request: Pick<FastifyRequest, 'socket'>): string {
  return sourceOf(request.socket.remoteAddress);
}

/** Who asks, for the journal. */
export function actorOf(request: Bare): Actor {
  const { name, role } = callerOf(request);
  return { who: name, role, from: addressOf(request) };
}
