/** Everything that changes, as server-sent events. */
import * as T from 'typebox';
import { type App, callerOf } from '../fastify.ts';
import { openStream } from '../stream.ts';
import type { ApiParts } from './parts.ts';

export function liveRoutes(app: App, { live, limits }: ApiParts): void {
  app.get(
    '/live',
    {
      config: { quiet: true },
      schema: {
        tags: ['live'],
        summary: 'Changes as server-sent events',
        description:
          'Events: live {machine, tMs, summary} for the fleet, or with values for the one machine asked for; ' +
          'machine; waiting {waiting}; incident {incident}; probe {probe} or {probeRemoved}; ' +
          'panel {bits, screen, text}; journal; stale {source, sinceMs}; fresh {source}, ' +
          'after which everything is to be read anew; signed-out. A listener does not keep a session alive.',
        produces: ['text/event-stream'],
        querystring: T.Object({ machine: T.Optional(T.Integer({ minimum: 1 })) }),
      },
    },
    async (request, reply) => {
      const { id } = callerOf(request);
      live.room(id);
      reply.hijack();
      const stream = openStream(reply.raw, {
        sessionId: id,
        machine: request.query.machine ?? null,
        headers: reply.getHeaders() as Record<string, string>,
        backlogBytes: limits.streamBacklogBytes,
      });
      live.join(stream);
    },
  );
}
