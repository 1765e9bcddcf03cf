/** Putting the box back to as it was new: for an admin who is there, knows the password, and types the box's name. */
import { type App, addressOf, sessionOf } from '../fastify.ts';
import { resetBody } from '../people-schemas.ts';
import { Refusal } from '../refusal.ts';
import { nothing } from '../schemas.ts';
import { confirmPassword } from './account.ts';
import type { ApiParts } from './parts.ts';

export function resetRoutes(app: App, parts: ApiParts): void {
  app.post(
    '/reset',
    {
      schema: {
        tags: ['reset'],
        summary: 'Put the box back to as it was new',
        description:
          'Measurements, journal, people, keys and certificates are deleted, also if the power is cut meanwhile. The box then has another key, and shows a code for the first sign-in.',
        body: resetBody,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const session = sessionOf(request);
      const { password, name } = request.body;
      await confirmPassword(parts, session, password, addressOf(request));
      const box = parts.boxName();
      if (name.trim().toLowerCase() !== box.toLowerCase())
        throw new Refusal('BAD_REQUEST', 'wrongBoxName', { path: 'name', values: { name: box } });
      await parts.resets.begin();
      return reply.code(204).send();
    },
  );
}
