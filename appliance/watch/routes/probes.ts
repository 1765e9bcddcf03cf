/** Probes: what is checked from where, what came of it, and once more now. */
import type { LocalRequest, Route } from '../../runtime/socket/server.ts';
import { checkNewProbe, checkProbeChange } from '../probes/checks.ts';
import type { Probes } from '../probes/probes.ts';
import { byOf, orderOf } from './bodies.ts';

export function probeRoutes(probes: Probes): Route[] {
  const id = ({ params }: LocalRequest) => params.probe ?? '';
  return [
    { method: 'GET', path: '/v1/probes', handle: () => ({ json: { probes: probes.states() } }) },
    { method: 'GET', path: '/v1/probes/:probe', handle: (request) => ({ json: probes.state(id(request)) }) },
    {
      method: 'GET',
      path: '/v1/probes/:probe/availability',
      handle: async (request) => ({
        json: { spans: await probes.availability(id(request), request.signal) },
      }),
    },
    {
      method: 'POST',
      path: '/v1/probes',
      async handle(request) {
        const { asked, by } = await orderOf(request, 'probe', checkNewProbe);
        const { id: made } = await probes.create(asked, by);
        return { json: probes.state(made) };
      },
    },
    {
      method: 'PUT',
      path: '/v1/probes/:probe',
      async handle(request) {
        const { asked, by } = await orderOf(request, 'change', checkProbeChange);
        await probes.change(id(request), asked, by);
        return { json: probes.state(id(request)) };
      },
    },
    {
      method: 'POST',
      path: '/v1/probes/:probe/remove',
      async handle(request) {
        const by = await byOf(request);
        await probes.remove(id(request), by);
        return {};
      },
    },
    {
      method: 'POST',
      path: '/v1/probes/:probe/run',
      async handle(request) {
        await byOf(request);
        return { json: probes.run(id(request)) };
      },
    },
  ];
}
