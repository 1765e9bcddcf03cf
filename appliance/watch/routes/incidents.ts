/** Incidents: what is open, what was, and the word of a person. */
import { integer, object, oneOf, optional } from '../../protocol/check.ts';
import { Failure } from '../../runtime/errors.ts';
import type { LocalRequest, Route } from '../../runtime/socket/server.ts';
import type { Duty } from '../duty.ts';
import { noSuch } from '../refused.ts';
import { bodyOf, byOf, checkAcknowledgement, parsed } from './bodies.ts';

const checkId = integer({ min: 1, max: 1e9 });
const checkQuery = object({
  state: optional(oneOf(['open', 'all'])),
  machine: optional(integer({ min: 1 })),
  before: optional(integer({ min: 1 })),
  limit: optional(integer({ min: 1, max: 1000 })),
});

export function incidentRoutes(duty: Duty): Route[] {
  const { incidents } = duty;
  return [
    {
      method: 'GET',
      path: '/v1/incidents',
      handle: async ({ query }) => {
        const number = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined);
        const asked = parsed(checkQuery, {
          state: query.get('state') ?? undefined,
          ...{ machine: number('machine'), before: number('before'), limit: number('limit') },
        });
        return { json: await duty.page(asked) };
      },
    },
    {
      method: 'GET',
      path: '/v1/incidents/:incident',
      async handle(request) {
        const id = idOf(request);
        const found = await duty.find(id);
        if (found === null) throw noSuch('incident', id);
        return { json: found };
      },
    },
    {
      method: 'POST',
      path: '/v1/incidents/:incident/acknowledge',
      async handle(request) {
        const { by, ...said } = await bodyOf(checkAcknowledgement, request);
        if (said.untilMs !== null && said.untilMs <= duty.time.wallMs())
          throw new Failure(
            'BAD_REQUEST',
            { en: 'that time is over already', fr: 'cette heure est déjà passée' },
            { path: 'untilMs' },
          );
        const acknowledged = incidents.acknowledge(idOf(request), said, by);
        await duty.settled();
        return { json: acknowledged };
      },
    },
    {
      method: 'POST',
      path: '/v1/incidents/:incident/release',
      async handle(request) {
        const by = await byOf(request);
        const released = incidents.release(idOf(request), by);
        await duty.settled();
        return { json: released };
      },
    },
  ];
}

function idOf({ params }: LocalRequest): number {
  return parsed(checkId, Number(params.incident), 'incident');
}
