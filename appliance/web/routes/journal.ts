/** What happened on this box, newest first. */
import * as T from 'typebox';
import type { App } from '../fastify.ts';
import { journalEntry, journalQuery } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const defaultEntries = 100;

export function journalRoutes(app: App, { store }: ApiParts): void {
  app.get(
    '/journal',
    {
      schema: {
        tags: ['journal'],
        summary: 'What happened, newest first',
        querystring: journalQuery,
        response: { 200: T.Object({ entries: T.Array(journalEntry) }) },
      },
    },
    async ({ query }) => ({
      entries: await store.journal({ ...query, limit: query.limit ?? defaultEntries }),
    }),
  );
}
