/** Tokens with which programs come in. */
import * as T from 'typebox';
import { type App, addressOf, callerOf } from '../fastify.ts';
import { apiToken, apiTokenBody, apiTokenMade, tokenParams } from '../people-schemas.ts';
import { nothing } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['api-tokens'];

export function apiTokenRoutes(app: App, { apiTokens, audit }: ApiParts): void {
  app.get(
    '/api-tokens',
    {
      schema: {
        tags,
        summary: 'API tokens, newest first',
        response: { 200: T.Object({ tokens: T.Array(apiToken) }) },
      },
    },
    async () => ({ tokens: await apiTokens.list() }),
  );

  app.post(
    '/api-tokens',
    {
      schema: {
        tags,
        summary: 'Make an API token',
        description: 'It reaches no further than its maker does, and ends with its maker.',
        body: apiTokenBody,
        response: { 200: apiTokenMade },
      },
    },
    async (request) => {
      const by = callerOf(request);
      const made = await apiTokens.create(request.body, by);
      const values = { token: made.token.name, role: made.token.role, scopes: made.token.scopes.join(' ') };
      await audit.note('token.made', by, addressOf(request), values);
      return made;
    },
  );

  app.delete(
    '/api-tokens/:token',
    { schema: { tags, summary: 'End an API token', params: tokenParams, response: { 204: nothing } } },
    async (request, reply) => {
      const by = callerOf(request);
      const { name: token } = await apiTokens.remove(request.params.token);
      await audit.note('token.ended', by, addressOf(request), { token });
      return reply.code(204).send();
    },
  );
}
