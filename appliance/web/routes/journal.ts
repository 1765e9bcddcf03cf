/** What happened on this box, newest first; and the removal of what is old. */
import { type App, actorOf } from '../fastify.ts';
import { journalCleanup, journalCleanupBody, journalPage, journalQuery } from '../journal-schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['journal'];
const defaultEntries = 100;

export function journalRoutes(app: App, { store }: ApiParts): void {
  app.get(
    '/journal',
    {
      schema: {
        tags,
        summary: 'What happened, newest first',
        description:
          'A page may have fewer entries than its limit and still have a next one: ask again with `before` = `more` until it is null.',
        querystring: journalQuery,
        response: { 200: journalPage },
      },
    },
    ({ query: { from, to, ...query } }) =>
      store.journalPage({ ...query, limit: query.limit ?? defaultEntries, fromMs: from, toMs: to }),
  );

  app.post(
    '/journal/cleanup',
    {
      schema: {
        tags,
        summary: 'Remove the entries before a time, or show what that would remove',
        description: 'An entry that says who removed what stays in their place.',
        body: journalCleanupBody,
        response: { 200: journalCleanup },
      },
    },
    (request) => store.cleanUpJournal({ ...request.body, ...actorOf(request) }),
  );
}
