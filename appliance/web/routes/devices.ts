/** Devices on the network, whether anybody listed them or not. */

import { device, deviceChange, deviceParams, devices } from '../device-schemas.ts';
import { type App, actorOf } from '../fastify.ts';
import { nothing } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['devices'];

export function deviceRoutes(app: App, { watch }: ApiParts): void {
  app.get(
    '/devices',
    {
      schema: {
        tags,
        summary: 'Devices that were ever seen on the network of the box',
        description:
          'What nobody has ignored first, then the newest. What is heard is shown; nothing is asked.',
        response: { 200: devices },
      },
    },
    () => watch.devices(),
  );

  app.post(
    '/devices/search',
    {
      schema: {
        tags,
        summary: 'Look for devices actively, once',
        description:
          'The agent of the box sends a packet to each address of its private networks and asks what announces itself. It takes about half a minute; `searching` says whether it goes on.',
        response: { 200: devices },
      },
    },
    (request) => watch.searchDevices(actorOf(request)),
  );

  app.put(
    '/devices/:device',
    {
      schema: {
        tags,
        summary: 'Say what a device is called, and whether it is known or ignored',
        params: deviceParams,
        body: deviceChange,
        response: { 200: device },
      },
    },
    (request) => watch.changeDevice(request.params.device, request.body, actorOf(request)),
  );

  app.delete(
    '/devices/:device',
    {
      schema: {
        tags,
        summary: 'Forget a device; if it is still there it comes again as a new one',
        params: deviceParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await watch.removeDevice(request.params.device, actorOf(request));
      return reply.code(204).send();
    },
  );
}
