/** Machines that knock: compare their digits, let them in or not. */
import * as T from 'typebox';
import { type App, actorOf } from '../fastify.ts';
import { digitsBody, machine, nothing, waitingMachine, waitingParams } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['waiting'];

export function waitingRoutes(app: App, { ingest }: ApiParts): void {
  app.get(
    '/waiting',
    { schema: { tags, summary: 'Machines that wait', response: { 200: T.Array(waitingMachine) } } },
    () => ingest.waiting(),
  );

  app.post(
    '/waiting/:id/select',
    {
      schema: {
        tags,
        summary: 'Draw six digits anew for this machine',
        description:
          'Answers when both sides have revealed theirs, at most 10 s later. One machine at a time.',
        params: waitingParams,
        response: { 200: waitingMachine },
      },
    },
    (request) => ingest.select(request.params.id, actorOf(request)),
  );

  app.post(
    '/waiting/deselect',
    { schema: { tags, summary: 'Forget the digits drawn', response: { 204: nothing } } },
    async (_request, reply) => {
      await ingest.deselect();
      return reply.code(204).send();
    },
  );

  app.post(
    '/waiting/:id/admit',
    {
      schema: {
        tags,
        summary: 'Admit it',
        description: 'The digits are those that the person saw on both sides.',
        params: waitingParams,
        body: digitsBody,
        response: { 200: machine },
      },
    },
    (request) => ingest.admit(request.params.id, request.body.digits, actorOf(request), request.body.same),
  );

  app.post(
    '/waiting/:id/refuse',
    { schema: { tags, summary: 'Refuse it', params: waitingParams, response: { 204: nothing } } },
    async (request, reply) => {
      await ingest.refuse(request.params.id, actorOf(request));
      return reply.code(204).send();
    },
  );
}
