/** Journal, settings and the records of other daemons. */
import { integer, object, optional, text } from '../../protocol/check.ts';
import { limits } from '../../protocol/limits.ts';
import type { Route } from '../../runtime/socket/server.ts';
import { asked, checkNote, checkRecordKey, checkSection, checkValue } from '../checks.ts';
import type { OpenStore } from '../store.ts';
import { numberIn } from './parameters.ts';

const checkJournalQuery = object({
  before: optional(integer({ min: 1, max: 2 ** 48 - 1 })),
  limit: optional(integer({ min: 1, max: 1000 })),
  kind: optional(text({ max: 64 })),
  machine: optional(integer({ min: 1 })),
  text: optional(text({ max: limits.textLength })),
});

export function recordRoutes(store: () => OpenStore): Route[] {
  return [...journalRoutes(store), ...settingRoutes(store), ...namespaceRoutes(store)];
}

function journalRoutes(store: () => OpenStore): Route[] {
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
        });
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
      handle: async ({ signal }) => ({ json: await store().journal.verify(signal) }),
    },
  ];
}

function settingRoutes(store: () => OpenStore): Route[] {
  const sectionOf = (params: Record<string, string>) => asked(checkSection, params.section, 'section');
  const path = '/v1/settings/:section';
  return [
    {
      method: 'GET',
      path,
      handle: ({ params }) => ({ json: { value: store().settings.get(sectionOf(params)) } }),
    },
    {
      method: 'PUT',
      path,
      async handle(request) {
        const { value } = asked(checkValue, await request.json());
        await store().settings.put(sectionOf(request.params), value);
        return {};
      },
    },
  ];
}

function namespaceRoutes(store: () => OpenStore): Route[] {
  const namespaceOf = (params: Record<string, string>) => asked(checkSection, params.namespace, 'namespace');
  const keyOf = (params: Record<string, string>) => asked(checkRecordKey, params.key, 'key');
  const path = '/v1/records/:namespace/:key';
  return [
    {
      method: 'GET',
      path: '/v1/records/:namespace',
      handle: async ({ params }) => ({ json: await store().records.list(namespaceOf(params)) }),
    },
    {
      method: 'GET',
      path,
      handle: async ({ params }) => ({
        json: { value: await store().records.get(namespaceOf(params), keyOf(params)) },
      }),
    },
    {
      method: 'PUT',
      path,
      async handle(request) {
        const { value } = asked(checkValue, await request.json());
        await store().records.put(namespaceOf(request.params), keyOf(request.params), value);
        return {};
      },
    },
    {
      method: 'DELETE',
      path,
      async handle({ params }) {
        await store().records.delete(namespaceOf(params), keyOf(params));
        return {};
      },
    },
  ];
}
