/** Timetables and groups. */
import { object, text } from '../../protocol/check.ts';
import type { LocalRequest, Route } from '../../runtime/socket/server.ts';
import { checkGroup, checkSchedule, groupPattern } from '../library/checks.ts';
import type { Library } from '../library/library.ts';
import { bodyOf, checkBy, parsed } from './bodies.ts';

const checkNew = object({ schedule: checkSchedule, by: checkBy });
const checkPut = object({ group: checkGroup, by: checkBy });
const checkRemoval = object({ by: checkBy });
const checkGroupId = text({ max: 32, pattern: groupPattern, what: 'a short name of a-z, 0-9 and -' });

export function scheduleRoutes(library: Library): Route[] {
  const id = ({ params }: LocalRequest) => params.schedule ?? '';
  return [
    { method: 'GET', path: '/v1/schedules', handle: () => ({ json: library.schedules() }) },
    {
      method: 'POST',
      path: '/v1/schedules',
      async handle(request) {
        const { schedule, by } = await bodyOf(checkNew, request);
        return { json: await library.createSchedule(schedule, by) };
      },
    },
    {
      method: 'PUT',
      path: '/v1/schedules/:schedule',
      async handle(request) {
        const { schedule, by } = await bodyOf(checkNew, request);
        return { json: await library.changeSchedule(id(request), schedule, by) };
      },
    },
    {
      method: 'POST',
      path: '/v1/schedules/:schedule/remove',
      async handle(request) {
        const { by } = await bodyOf(checkRemoval, request);
        await library.removeSchedule(id(request), by);
        return {};
      },
    },
  ];
}

export function groupRoutes(library: Library): Route[] {
  return [
    { method: 'GET', path: '/v1/groups', handle: () => ({ json: library.groups() }) },
    {
      method: 'PUT',
      path: '/v1/groups/:group',
      async handle(request) {
        const id = parsed(checkGroupId, request.params.group, 'group');
        const { group, by } = await bodyOf(checkPut, request);
        return { json: await library.putGroup({ ...group, id }, by) };
      },
    },
    {
      method: 'POST',
      path: '/v1/groups/:group/remove',
      async handle(request) {
        const { by } = await bodyOf(checkRemoval, request);
        await library.removeGroup(request.params.group ?? '', by);
        return {};
      },
    },
  ];
}
