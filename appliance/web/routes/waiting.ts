/** Machines that knock: compare their digits, let them in or not. */
import * as T from 'typebox';
import { reaches } from '../access.table.ts';
import { type App, actorOf, callerOf } from '../fastify.ts';
import { Refusal } from '../refusal.ts';
import { digitsBody, machine, nothing, waitingMachine, waitingParams } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['waiting'];

export function waitingRoutes(app: App, { ingest, fleet }: ApiParts): void {
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
        description:
          'The digits are those that the person saw on both sides. `same` with a machine that is up needs an admin, as its removal does.',
        params: waitingParams,
        body: digitsBody,
        response: { 200: machine },
      },
    },
    (request) => {
      const { digits, same } = request.body;
      // Its key is worth nothing afterwards: that would be a removal by another name.
      const replacesOneThatIsUp = same !== undefined && fleet.row(same)?.state === 'up';
      if (replacesOneThatIsUp && !reaches(callerOf(request).role, 'admin'))
        throw new Refusal('FORBIDDEN', 'roleMissing', { path: 'same', values: { role: 'admin' } });
      return ingest.admit(request.params.id, digits, actorOf(request), same);
    },
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
