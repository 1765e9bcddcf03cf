/** Who may sign in to this box, and as what. */
import * as T from 'typebox';
import { type App, addressOf, callerOf } from '../fastify.ts';
import { invitation, person, personBody, personParams, roleBody } from '../people-schemas.ts';
import { nothing } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['people'];

export function peopleRoutes(app: App, parts: ApiParts): void {
  const { users, sessions, browsers, apiTokens, audit, clock } = parts;

  /** What a person has open does not outlive the rights it was opened with. */
  async function signOut(id: string): Promise<void> {
    await sessions.closeOf(id);
    await browsers.forget(id);
  }

  app.get(
    '/people',
    {
      schema: {
        tags,
        summary: 'Who may sign in',
        response: { 200: T.Object({ people: T.Array(person) }) },
      },
    },
    async () => ({ people: await users.list() }),
  );

  app.post(
    '/people',
    {
      schema: {
        tags,
        summary: 'Invite somebody',
        description: 'Answers a code, told this once: with it and the name, the person sets a password.',
        body: personBody,
        response: { 200: invitation },
      },
    },
    async (request) => {
      const { user, code } = await users.invite(request.body.name, request.body.role, clock.wallMs());
      const values = { person: user.name, role: user.role };
      await audit.note('person.invited', callerOf(request), addressOf(request), values);
      return { person: user, code };
    },
  );

  app.post(
    '/people/:person/invitation',
    {
      schema: {
        tags,
        summary: 'Invite somebody again',
        description: 'The password that this person had ends at once, and so do the sessions.',
        params: personParams,
        response: { 200: invitation },
      },
    },
    async (request) => {
      const { user, code } = await users.inviteAgain(request.params.person, clock.wallMs());
      await signOut(user.id);
      await audit.note('person.invited-again', callerOf(request), addressOf(request), { person: user.name });
      return { person: user, code };
    },
  );

  app.patch(
    '/people/:person',
    {
      schema: {
        tags,
        summary: 'Change the role of somebody',
        description: 'Signs this person out everywhere.',
        params: personParams,
        body: roleBody,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const by = callerOf(request);
      await users.load();
      const before = users.get(request.params.person)?.role ?? '';
      const user = await users.setRole(request.params.person, request.body.role);
      await signOut(user.id);
      const values = { person: user.name, role: user.role, before };
      await audit.note('person.role', by, addressOf(request), values);
      return reply.code(204).send();
    },
  );

  app.delete(
    '/people/:person',
    {
      schema: {
        tags,
        summary: 'Remove somebody',
        description: 'With the sessions and API tokens of this person. The last admin stays.',
        params: personParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const by = callerOf(request);
      const user = await users.remove(request.params.person);
      await signOut(user.id);
      await apiTokens.removeOf(user.id);
      await audit.note('person.removed', by, addressOf(request), { person: user.name });
      return reply.code(204).send();
    },
  );
}
