/** fastify as web uses it: what a request carries, and what a route may declare. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, FastifyTypeProvider } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { Actor } from '../ingest/client/types.ts';
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
    session: Session | null;
  }
  interface FastifyContextConfig {
    /** Answers without a session. */
    open?: boolean;
    /** Does not count as use of the session. */
    quiet?: boolean;
  }
}

type Bare = Pick<FastifyRequest, 'session' | 'socket'>;

export function sessionOf(request: Pick<FastifyRequest, 'session'>): Session {
  if (!request.session) throw new Refusal('UNAUTHORIZED', 'signInNeeded');
  return request.session;
}

export function addressOf(request: Pick<FastifyRequest, 'socket'>): string {
  return sourceOf(request.socket.remoteAddress);
}

/** Who asks, for the journal. */
export function actorOf(request: Bare): Actor {
  const { name, role } = sessionOf(request);
  return { who: name, role, from: addressOf(request) };
}
