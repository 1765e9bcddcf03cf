/** Settings and the records of other daemons. */
import { integer, object, optional, text } from '../../protocol/check.ts';
import type { Route } from '../../runtime/socket/server.ts';
import {
  asked,
  checkPut,
  checkRecordKey,
  checkSection,
  checkValue,
  checkVersion,
  checkWrites,
} from '../checks.ts';
import { checkJournalSettings } from '../journal/keeper.ts';
import type { Operation } from '../records/writer.ts';
import type { OpenStore } from '../store.ts';
import { numberIn } from './parameters.ts';

/** Some writes of the greatest size, or many small ones. */
const bytesOfWrites = 2 ** 20;

const checkRecordQuery = object({
  prefix: optional(text({ max: 200 })),
  after: optional(checkRecordKey),
  limit: optional(integer({ min: 1, max: 1000 })),
});

export function recordRoutes(store: () => OpenStore): Route[] {
  return [...settingRoutes(store), ...namespaceRoutes(store)];
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
        const section = sectionOf(request.params);
        if (section === 'journal') asked(checkJournalSettings, value, 'value');
        await store().settings.put(section, value);
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
      method: 'POST',
      path: '/v1/records',
      async handle(request) {
        const { writes, notes = [] } = asked(checkWrites, await request.json(bytesOfWrites));
        const { records, journal } = store();
        const put =
          notes.length === 0 ? undefined : (all: readonly Operation[]) => journal.noteWith(notes, all);
        return { json: { versions: await records.write(writes, put) } };
      },
    },
    {
      method: 'GET',
      path: '/v1/records/:namespace',
      async handle({ params, query }) {
        const page = asked(checkRecordQuery, {
          prefix: query.get('prefix') ?? undefined,
          after: query.get('after') ?? undefined,
          limit: numberIn(query, 'limit'),
        });
        return { json: await store().records.list(namespaceOf(params), page) };
      },
    },
    {
      method: 'GET',
      path,
      handle: async ({ params }) => ({
        json: (await store().records.get(namespaceOf(params), keyOf(params))) ?? {
          value: null,
          version: null,
        },
      }),
    },
    {
      method: 'PUT',
      path,
      async handle(request) {
        const { value, ifVersion } = asked(checkPut, await request.json());
        const write = {
          namespace: namespaceOf(request.params),
          key: keyOf(request.params),
          value,
          ifVersion,
        };
        const [version] = await store().records.write([write]);
        return { json: { version } };
      },
    },
    {
      method: 'DELETE',
      path,
      async handle({ params, query }) {
        const ifVersion = asked(optional(checkVersion), query.get('ifVersion') ?? undefined, 'ifVersion');
        const write = {
          namespace: namespaceOf(params),
          key: keyOf(params),
          delete: true,
          ifVersion,
        } as const;
        await store().records.write([write]);
        return {};
      },
    },
  ];
}
