/** Timetables (quiet hours, maintenance, times at which machines are off), and groups of machines. */
import { type App, actorOf } from '../fastify.ts';
import { nothing } from '../schemas.ts';
import {
  group,
  groupBody,
  groupParams,
  groups,
  newSchedule,
  schedule,
  scheduleParams,
  schedules,
} from '../watch-schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['schedules'];

export function scheduleRoutes(app: App, { watch }: ApiParts): void {
  app.get(
    '/schedules',
    { schema: { tags, summary: 'All timetables', response: { 200: schedules } } },
    async () => ({ schedules: await watch.schedules() }),
  );

  app.post(
    '/schedules',
    { schema: { tags, summary: 'Make a timetable', body: newSchedule, response: { 200: schedule } } },
    (request) => watch.createSchedule(request.body, actorOf(request)),
  );

  app.put(
    '/schedules/:schedule',
    {
      schema: {
        tags,
        summary: 'Change a timetable',
        params: scheduleParams,
        body: newSchedule,
        response: { 200: schedule },
      },
    },
    (request) => watch.changeSchedule(request.params.schedule, request.body, actorOf(request)),
  );

  app.delete(
    '/schedules/:schedule',
    {
      schema: { tags, summary: 'Remove a timetable', params: scheduleParams, response: { 204: nothing } },
    },
    async (request, reply) => {
      await watch.removeSchedule(request.params.schedule, actorOf(request));
      return reply.code(204).send();
    },
  );
}

export function groupRoutes(app: App, { watch }: ApiParts): void {
  const tagsOfGroups = ['groups'];
  app.get(
    '/groups',
    { schema: { tags: tagsOfGroups, summary: 'Groups of machines', response: { 200: groups } } },
    async () => ({ groups: await watch.groups() }),
  );

  app.put(
    '/groups/:group',
    {
      schema: {
        tags: tagsOfGroups,
        summary: 'Make or change a group',
        params: groupParams,
        body: groupBody,
        response: { 200: group },
      },
    },
    (request) => watch.putGroup({ ...request.body, id: request.params.group }, actorOf(request)),
  );

  app.delete(
    '/groups/:group',
    {
      schema: {
        tags: tagsOfGroups,
        summary: 'Remove a group; its machines stay',
        params: groupParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await watch.removeGroup(request.params.group, actorOf(request));
      return reply.code(204).send();
    },
  );
}
