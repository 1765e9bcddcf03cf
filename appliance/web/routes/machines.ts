/** Admitted machines: the fleet, one of them, its values over time, and parting from it. */
import { serviceRecords } from '../../ingest/client/service-record.ts';
import type { ServiceList } from '../../ingest/client/types.ts';
import { type App, actorOf } from '../fastify.ts';
import type { Fleet, Row } from '../fleet.ts';
import { Refusal } from '../refusal.ts';
import { shortenRange } from '../round.ts';
import { machineDetail, machineParams, machines, nothing, rangeAnswer, rangeQuery } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['machines'];
const defaultPoints = 300;

export function machineRoutes(app: App, parts: ApiParts): void {
  const { store, ingest, fleet, live, clockTrusted, boxNowMs } = parts;

  app.get(
    '/machines',
    { schema: { tags, summary: 'All machines with their last values', response: { 200: machines } } },
    async () => ({
      machines: fleet.rows(),
      nowMs: boxNowMs(),
      clockTrusted: clockTrusted(),
      staleSinceMs: live.staleSinceMs('store'),
      ingestStaleSinceMs: live.staleSinceMs('ingest'),
    }),
  );

  app.get(
    '/machines/:machine',
    {
      schema: {
        tags,
        summary: 'One machine with the last value of each series',
        params: machineParams,
        response: { 200: machineDetail },
      },
    },
    async ({ params }) => {
      const row = rowOf(fleet, params.machine);
      const [latest, list] = await Promise.all([
        store.latest(params.machine),
        servicesOf(store, params.machine),
      ]);
      const failed = list?.services.filter(({ state }) => state === 'failed' || state === 'restarting');
      return { ...row, latest, failedServices: failed?.length ?? null };
    },
  );

  app.get(
    '/machines/:machine/range',
    {
      schema: {
        tags,
        summary: 'Series over time',
        description:
          'Mean, least and greatest value of each bucket; counters as rates per second. Means and rates are rounded to five digits.',
        params: machineParams,
        querystring: rangeQuery,
        response: { 200: rangeAnswer },
      },
    },
    async ({ params, query }) => {
      rowOf(fleet, params.machine);
      if (query.to <= query.from)
        throw new Refusal('BAD_REQUEST', 'invalidInput', {
          path: 'to',
          values: { problem: 'to: must be after from' },
        });
      const range = await store.range({
        machine: params.machine,
        names: query.series,
        fromMs: query.from,
        toMs: query.to,
        points: query.points ?? defaultPoints,
      });
      return shortenRange(range);
    },
  );

  app.delete(
    '/machines/:machine',
    {
      schema: {
        tags,
        summary: 'Remove a machine',
        description: 'It is disconnected and has to be admitted again. What it measured stays.',
        params: machineParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      rowOf(fleet, request.params.machine);
      await ingest.remove(request.params.machine, actorOf(request));
      return reply.code(204).send();
    },
  );
}

/** The last list that it told, whether the door is there or not. */
export async function servicesOf(store: ApiParts['store'], machine: number): Promise<ServiceList | null> {
  return (await store.record(serviceRecords, String(machine))) as ServiceList | null;
}

export function rowOf(fleet: Fleet, machine: number): Row {
  const row = fleet.row(machine);
  if (!row) throw new Refusal('NOT_FOUND', 'machineUnknown', { path: 'machine', values: { machine } });
  return row;
}
