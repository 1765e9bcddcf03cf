/** Devices on the network: who they are, what people say of them, and a search. */
import { object, optional } from '../../protocol/check.ts';
import type { LocalRequest, Route } from '../../runtime/socket/server.ts';
import type { Devices } from '../devices/devices.ts';
import { checkLabel, checkStanding } from '../devices/records.ts';
import { byOf, orderOf } from './bodies.ts';

const checkChange = object({ label: optional(checkLabel), standing: optional(checkStanding) });

export function deviceRoutes(devices: Devices): Route[] {
  const id = ({ params }: LocalRequest) => params.device ?? '';
  return [
    { method: 'GET', path: '/v1/devices', handle: () => ({ json: devices.page() }) },
    {
      method: 'POST',
      path: '/v1/devices/search',
      async handle(request) {
        const by = await byOf(request);
        await devices.search(by);
        return { json: devices.page() };
      },
    },
    {
      method: 'PUT',
      path: '/v1/devices/:device',
      async handle(request) {
        const { asked, by } = await orderOf(request, 'change', checkChange);
        return { json: await devices.change(id(request), asked, by) };
      },
    },
    {
      method: 'POST',
      path: '/v1/devices/:device/remove',
      async handle(request) {
        const by = await byOf(request);
        await devices.remove(id(request), by);
        return {};
      },
    },
  ];
}
