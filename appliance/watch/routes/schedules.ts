/** Timetables and groups. */
import { text } from '../../protocol/check.ts';
import type { LocalRequest, Route } from '../../runtime/socket/server.ts';
import { checkGroup, checkSchedule, groupPattern } from '../library/checks.ts';
import type { Library } from '../library/library.ts';
import { byOf, orderOf, parsed } from './bodies.ts';

const checkGroupId = text({
  max: 32,
  pattern: groupPattern,
  what: { en: 'a short name of a-z, 0-9 and -', fr: 'un nom court fait de a-z, 0-9 et -' },
});

export function scheduleRoutes(library: Library): Route[] {
  const id = ({ params }: LocalRequest) => params.schedule ?? '';
  return [
    { method: 'GET', path: '/v1/schedules', handle: () => ({ json: library.schedules() }) },
    {
      method: 'POST',
      path: '/v1/schedules',
      async handle(request) {
        const { asked, by } = await orderOf(request, 'schedule', checkSchedule);
        return { json: await library.createSchedule(asked, by) };
      },
    },
    {
      method: 'PUT',
      path: '/v1/schedules/:schedule',
      async handle(request) {
        const { asked, by } = await orderOf(request, 'schedule', checkSchedule);
        return { json: await library.changeSchedule(id(request), asked, by) };
      },
    },
    {
      method: 'POST',
      path: '/v1/schedules/:schedule/remove',
      async handle(request) {
        const by = await byOf(request);
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
        const { asked, by } = await orderOf(request, 'group', checkGroup);
        return { json: await library.putGroup({ ...asked, id }, by) };
      },
    },
    {
      method: 'POST',
      path: '/v1/groups/:group/remove',
      async handle(request) {
        const by = await byOf(request);
        await library.removeGroup(request.params.group ?? '', by);
        return {};
      },
    },
  ];
}
