// The ways of coming in that need nobody at the machine, and what a person decides about copies.
import { integer, object, text } from '../protocol/check.ts';
import { Failure } from '../runtime/errors.ts';
import type { LocalRequest, Route } from '../runtime/socket/server.ts';
import type { Admission } from './admission.ts';
import type { Chronicle } from './chronicle.ts';
import type { Clones } from './clones.ts';
import type { OpenHouse } from './open-house.ts';
import type { Roster } from './roster.ts';
import { bodyBytes, byOf, checkActor, parsed } from './server.ts';
import type { Tokens } from './tokens.ts';
import type { WaitingRoom } from './waiting-room.ts';

const checkToken = object({
  by: checkActor,
  uses: integer({ min: 1, max: 1_000 }),
  hours: integer({ min: 1, max: 24 * 30 }),
  label: text({ max: 100 }),
});
const checkWanted = object({ by: checkActor, text: text({ max: 64 }) });

type Inside = {
  room: WaitingRoom;
  admission: Admission;
  openHouse: OpenHouse;
  tokens: Tokens;
  clones: Clones;
  roster: Pick<Roster, 'byNumber'>;
  chronicle: Pick<Chronicle, 'enrolment' | 'decided'>;
};

export function enrolmentRoutes(o: Inside): Route[] {
  return [...openHouseRoutes(o), ...tokenRoutes(o), ...cloneRoutes(o)];
}

function openHouseRoutes({ room, admission, openHouse, chronicle }: Inside): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/wanted',
      async handle(request) {
        const { text: wanted, by } = parsed(checkWanted, await request.json(bodyBytes));
        room.want(wanted);
        if (wanted !== '') await chronicle.enrolment('wanted', by, { text: wanted });
        return { json: {} };
      },
    },
    { method: 'GET', path: '/v1/open-house', handle: () => ({ json: { openHouse: openHouse.shown } }) },
    {
      method: 'POST',
      path: '/v1/open-house/start',
      async handle(request) {
        const by = await byOf(request);
        openHouse.begin(by);
        await chronicle.enrolment('opened', by, {});
        admission.welcomeAll();
        return { json: openHouse.shown };
      },
    },
    {
      method: 'POST',
      path: '/v1/open-house/stop',
      async handle(request) {
        openHouse.end(await byOf(request));
        return { json: {} };
      },
    },
  ];
}

function tokenRoutes({ tokens, chronicle }: Inside): Route[] {
  return [
    { method: 'GET', path: '/v1/tokens', handle: async () => ({ json: await tokens.list() }) },
    {
      method: 'POST',
      path: '/v1/tokens',
      async handle(request) {
        const { by, ...wanted } = parsed(checkToken, await request.json(bodyBytes));
        const made = await tokens.create({ ...wanted, by });
        const { label, uses, id } = made;
        await chronicle.enrolment('tokenMade', by, { label: label || id, uses, hours: wanted.hours }, { id });
        return { json: made };
      },
    },
    {
      method: 'POST',
      path: '/v1/tokens/:id/revoke',
      async handle(request) {
        const by = await byOf(request);
        const { id, label } = await tokens.revoke(request.params.id ?? '');
        await chronicle.enrolment('tokenRevoked', by, { label: label || id }, { id });
        return { json: {} };
      },
    },
  ];
}

function cloneRoutes({ clones, roster, chronicle }: Inside): Route[] {
  return [
    { method: 'GET', path: '/v1/clones', handle: () => ({ json: clones.list() }) },
    {
      method: 'POST',
      path: '/v1/clones/:machine/release',
      async handle(request) {
        const machine = machineOf(request);
        const by = await byOf(request);
        clones.release(machine);
        const name = roster.byNumber(machine)?.name ?? `#${machine}`;
        await chronicle.decided('released', name, by, { machine, details: {} });
        return { json: {} };
      },
    },
  ];
}

function machineOf({ params }: LocalRequest): number {
  const machine = Number(params.machine);
  if (!Number.isSafeInteger(machine))
    throw new Failure('BAD_REQUEST', 'a machine is a number', { path: 'machine' });
  return machine;
}
