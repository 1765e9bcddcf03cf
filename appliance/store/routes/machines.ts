/** The registry and the dictionaries. */
import type { Route } from '../../runtime/socket/server.ts';
import { asked, checkAdmission, checkPatch, checkSeriesList } from '../checks.ts';
import type { OpenStore } from '../store.ts';
import { machineOf } from './parameters.ts';

export function machineRoutes(store: () => OpenStore): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/machines',
      async handle() {
        const { registry, warmed } = store();
        await warmed;
        return { json: registry.list() };
      },
    },
    {
      method: 'POST',
      path: '/v1/machines',
      handle: async (request) => ({
        json: await store().registry.admit(asked(checkAdmission, await request.json())),
      }),
    },
    { method: 'GET', path: '/v1/revoked', handle: () => ({ json: store().registry.revoked() }) },
    {
      method: 'GET',
      path: '/v1/machines/:machine',
      async handle({ params }) {
        const { registry, warmed } = store();
        await warmed;
        return { json: registry.get(machineOf(params)) };
      },
    },
    {
      method: 'PATCH',
      path: '/v1/machines/:machine',
      async handle(request) {
        const patch = asked(checkPatch, await request.json());
        return { json: await store().registry.update(machineOf(request.params), patch) };
      },
    },
    {
      method: 'DELETE',
      path: '/v1/machines/:machine',
      async handle({ params }) {
        await store().registry.remove(machineOf(params));
        return {};
      },
    },
    {
      method: 'POST',
      path: '/v1/machines/:machine/series',
      async handle(request) {
        const { series, probes } = asked(checkSeriesList, await request.json());
        const { registry, dictionaries } = store();
        const { machine } = registry.get(machineOf(request.params));
        return { json: await dictionaries.resolve(machine, series, probes) };
      },
    },
  ];
}
