/** What runs on a machine, and a word to the people there. */
import { type App, actorOf } from '../fastify.ts';
import { noticeBody, processes, serviceList } from '../on-machine.schemas.ts';
import { Refusal } from '../refusal.ts';
import { machineParams, nothing } from '../schemas.ts';
import { rowOf, servicesOf } from './machines.ts';
import type { ApiParts } from './parts.ts';

const tags = ['machines'];

export function onMachineRoutes(app: App, { fleet, ingest, store }: ApiParts): void {
  const assertThere = (machine: number): void => {
    const { name, state } = rowOf(fleet, machine);
    if (state !== 'up') throw new Refusal('CONFLICT', 'machineAway', { values: { name } });
  };

  app.get(
    '/machines/:machine/services',
    {
      schema: {
        tags,
        summary: 'The services that a machine told last',
        description: 'What is in trouble stands first. Told again when one has changed.',
        params: machineParams,
        response: { 200: serviceList },
      },
    },
    async ({ params: { machine } }) => {
      rowOf(fleet, machine);
      return (await servicesOf(store, machine)) ?? { toldMs: null, services: [], left: 0 };
    },
  );

  app.get(
    '/machines/:machine/processes',
    {
      schema: {
        tags,
        summary: 'The busiest programs of a machine now',
        description:
          'The machine is asked when somebody asks here; the box keeps none of it. `off` where the owner of the machine does not want it.',
        params: machineParams,
        response: { 200: processes },
      },
    },
    async ({ params: { machine } }) => {
      assertThere(machine);
      const { off = false, overMs = null, processes } = await ingest.processes(machine);
      return { off, overMs, processes };
    },
  );

  app.post(
    '/machines/:machine/notice',
    {
      schema: {
        tags,
        summary: 'Show a line of text to the person at a machine',
        description: 'Plain text. It is not kept for later, and can be switched off at the machine.',
        params: machineParams,
        body: noticeBody,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      assertThere(request.params.machine);
      await ingest.notify(request.params.machine, request.body.text, actorOf(request));
      return reply.code(204).send();
    },
  );
}
