// What the door answers on its unix socket: web, display and console ask and decide here.
import { integer, object, optional, text } from '../protocol/check.ts';
import { checkKeyHash } from '../protocol/identity.ts';
import { Malformed } from '../protocol/malformed.ts';
import { Failure } from '../runtime/errors.ts';
import type { LocalRequest, Route } from '../runtime/socket/server.ts';
import type { Admission } from './admission.ts';
import type { Actor, Door } from './client/types.ts';
import type { Clones } from './clones.ts';
import type { OpenHouse } from './open-house.ts';
import type { WaitingRoom } from './waiting-room.ts';

const shortText = text({ min: 1, max: 256 });
export const checkActor = object({ who: shortText, role: shortText, from: text({ max: 256 }) });
const checkBy = object({ by: checkActor });
const checkAdmit = object({
  by: checkActor,
  digits: text({ max: 6, pattern: /^\d{6}$/, what: 'six digits' }),
  same: optional(integer({ min: 1, max: 2 ** 31 })),
});
export const bodyBytes = 4 * 1024;

export type Inside = {
  room: WaitingRoom;
  admission: Admission;
  openHouse: OpenHouse;
  clones: Clones;
  door: () => Door;
};

export function routesOf(o: Inside): Route[] {
  const { room, admission, openHouse, clones } = o;
  const waiting = () => ({ waiting: room.list(), openHouse: openHouse.shown, clones: clones.list() });
  return [
    { method: 'GET', path: '/v1/door', handle: () => ({ json: o.door() }) },
    { method: 'GET', path: '/v1/waiting', handle: () => ({ json: waiting() }) },
    {
      method: 'POST',
      path: '/v1/waiting/:id/select',
      handle: async (request) => {
        await byOf(request);
        return { json: await room.select(idOf(request)) };
      },
    },
    {
      method: 'POST',
      path: '/v1/deselect',
      handle: () => {
        room.deselect();
        return { json: {} };
      },
    },
    {
      method: 'POST',
      path: '/v1/waiting/:id/admit',
      handle: async (request) => {
        const { digits, by, same } = parsed(checkAdmit, await request.json(bodyBytes));
        return { json: await admission.admit(idOf(request), digits, by, same) };
      },
    },
    {
      method: 'POST',
      path: '/v1/waiting/:id/refuse',
      handle: async (request) => {
        await admission.refuse(idOf(request), await byOf(request));
        return { json: {} };
      },
    },
    {
      method: 'POST',
      path: '/v1/machines/:machine/remove',
      handle: async (request) => {
        const machine = Number(request.params.machine);
        if (!Number.isSafeInteger(machine))
          throw new Failure('BAD_REQUEST', 'a machine is a number', { path: 'machine' });
        await admission.remove(machine, await byOf(request));
        return { json: {} };
      },
    },
    {
      method: 'GET',
      path: '/v1/changes',
      handle: () => ({
        lines: (out) => {
          out.write(waiting());
          const watching = room.onChange(() => out.write(waiting()));
          void out.closed.then(() => watching.stop());
        },
      }),
    },
  ];
}

export async function byOf(request: LocalRequest): Promise<Actor> {
  return parsed(checkBy, await request.json(bodyBytes)).by;
}

function idOf(request: LocalRequest): string {
  return parsed(checkKeyHash, request.params.id, 'id');
}

export function parsed<T>(check: (value: unknown, path?: string) => T, value: unknown, path?: string): T {
  try {
    return check(value, path);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Failure('BAD_REQUEST', error.message, { cause: error, path: error.path });
  }
}
