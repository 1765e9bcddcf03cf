/** Admitted machines on the door's inner side: what they told, what they are asked, what is said to the people there. */
import { integer, list, object, text } from '../protocol/check.ts';
import { limits } from '../protocol/limits.ts';
import { plainMarks } from '../protocol/marks.ts';
import { Failure } from '../runtime/errors.ts';
import type { LocalRequest, Route } from '../runtime/socket/server.ts';
import type { Asks } from './asks.ts';
import type { Chronicle } from './chronicle.ts';
import type { Roster } from './roster.ts';
import { bodyBytes, checkActor, parsed } from './server.ts';
import type { ServiceLists } from './service-lists.ts';
import type { Sessions } from './sessions.ts';

const noticeText = text({
  ...{ min: 1, max: limits.noticeLength, pattern: plainMarks, what: 'a notice of one line' },
});
const checkNotice = object({ by: checkActor, text: noticeText });
const checkNotices = object({
  machines: list(integer({ min: 1, max: 2 ** 32 - 1 }), { min: 1, max: 200 }),
  text: noticeText,
});
/** An agent reads what it is sent in order: the answer to a ping says that it has what came before. */
const takenWithinMs = 4_000;

export function machineRoutes(o: {
  roster: Pick<Roster, 'byNumber'>;
  sessions: Pick<Sessions, 'get'>;
  services: Pick<ServiceLists, 'of'>;
  asks: Pick<Asks, 'processes'>;
  chronicle: Pick<Chronicle, 'decided'>;
}): Route[] {
  const machineOf = ({ params }: LocalRequest) => {
    const found = o.roster.byNumber(Number(params.machine));
    if (found === undefined) throw new Failure('NOT_FOUND', `there is no machine ${params.machine}`);
    return found;
  };
  const path = '/v1/machines/:machine';
  return [
    {
      method: 'GET',
      path: `${path}/services`,
      handle: async (request) => ({ json: { list: await o.services.of(machineOf(request).machine) } }),
    },
    {
      method: 'GET',
      path: `${path}/processes`,
      handle: async (request) => ({ json: await o.asks.processes(machineOf(request).machine) }),
    },
    {
      method: 'POST',
      path: `${path}/notice`,
      async handle(request) {
        const { machine, name } = machineOf(request);
        const { by, text: said } = parsed(checkNotice, await request.json(bodyBytes));
        const session = o.sessions.get(machine);
        if (session === undefined)
          throw new Failure('CONFLICT', `${name} is not connected now: a notice is not kept for later`);
        session.say('notice', { text: said });
        await o.chronicle.decided('noticed', name, by, { machine, details: { text: said } }, { text: said });
        return { json: {} };
      },
    },
    {
      // What the watch tells is written down by the watch: not once more for each desktop.
      method: 'POST',
      path: '/v1/notices',
      async handle(request) {
        const { machines, text: said } = parsed(checkNotices, await request.json(bodyBytes));
        const took = machines.map(async (machine) => {
          const session = o.sessions.get(machine);
          session?.say('notice', { text: said });
          return (await session?.isAlive(takenWithinMs)) === true ? [machine] : [];
        });
        return { json: { took: (await Promise.all(took)).flat() } };
      },
    },
  ];
}
