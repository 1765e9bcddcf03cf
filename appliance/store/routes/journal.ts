/** The journal: asked, added to, verified, cleaned. */
import { flag, integer, number, object, optional, text } from '../../protocol/check.ts';
import { limits } from '../../protocol/limits.ts';
import { Failure } from '../../runtime/errors.ts';
import type { Route } from '../../runtime/socket/server.ts';
import { asked, checkActor, checkNote } from '../checks.ts';
import type { OpenStore } from '../store.ts';
import { numberIn } from './parameters.ts';

const checkJournalQuery = object({
  before: optional(integer({ min: 1, max: 2 ** 48 - 1 })),
  limit: optional(integer({ min: 1, max: 1000 })),
  kind: optional(text({ max: 64 })),
  machine: optional(integer({ min: 1 })),
  text: optional(text({ max: limits.textLength })),
  fromMs: optional(number()),
  toMs: optional(number()),
});

const checkCleanup = object({
  beforeMs: number({ min: 0 }),
  preview: flag,
  ...checkActor,
});

export function journalRoutes(store: () => OpenStore): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/journal',
      async handle({ query, signal }) {
        const question = asked(checkJournalQuery, {
          before: numberIn(query, 'before'),
          limit: numberIn(query, 'limit'),
          kind: query.get('kind') ?? undefined,
          machine: numberIn(query, 'machine'),
          text: query.get('text') ?? undefined,
          fromMs: numberIn(query, 'fromMs'),
          toMs: numberIn(query, 'toMs'),
        });
        const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = question;
        if (fromMs > toMs)
          throw new Failure('BAD_REQUEST', 'the range ends before it begins', { path: 'toMs' });
        return { json: await store().journal.find(question, signal) };
      },
    },
    {
      method: 'POST',
      path: '/v1/journal',
      handle: async (request) => ({
        json: await store().journal.note(asked(checkNote, await request.json())),
      }),
    },
    {
      method: 'GET',
      path: '/v1/journal/verify',
      async handle({ query, signal }) {
        const next = asked(optional(integer({ min: 1 })), numberIn(query, 'next'), 'next');
        return { json: await store().journal.verify(next, signal) };
      },
    },
    {
      method: 'POST',
      path: '/v1/journal/cleanup',
      handle: async (request) => ({
        json: await store().journal.cleanUp(asked(checkCleanup, await request.json())),
      }),
    },
  ];
}
