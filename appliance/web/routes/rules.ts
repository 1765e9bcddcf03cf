/** Rules: what is wrong by definition, for everything, a group or one machine. */
import type { Scope } from '../../watch/client/types.ts';
import { type App, actorOf } from '../fastify.ts';
import { nothing } from '../schemas.ts';
import {
  newRule,
  previewAnswer,
  previewBody,
  rule,
  ruleChange,
  ruleParams,
  ruleScopeParams,
  rules,
} from '../watch-schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['rules'];
const usualDays = 7;

export function ruleRoutes(app: App, { watch }: ApiParts): void {
  app.get(
    '/rules',
    { schema: { tags, summary: 'All rules, and the kinds that there are', response: { 200: rules } } },
    () => watch.rules(),
  );

  app.post(
    '/rules',
    { schema: { tags, summary: 'Make a rule', body: newRule, response: { 200: rule } } },
    (request) => watch.createRule(request.body, actorOf(request)),
  );

  app.put(
    '/rules/:rule/:scope',
    {
      schema: {
        tags,
        summary: 'Say how a rule is for everything, a group or a machine',
        description: 'What is left out is as in the wider scope; an empty body makes all of it so.',
        params: ruleScopeParams,
        body: ruleChange,
        response: { 200: rule },
      },
    },
    (request) => {
      const { rule: id, scope } = request.params;
      return watch.changeRule(id, scope as Scope, request.body, actorOf(request));
    },
  );

  app.delete(
    '/rules/:rule',
    {
      schema: {
        tags,
        summary: 'Remove a rule that a person made',
        params: ruleParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await watch.removeRule(request.params.rule, actorOf(request));
      return reply.code(204).send();
    },
  );

  app.post(
    '/rules/preview',
    {
      schema: {
        tags,
        summary: 'What a rule would have found in the last days',
        description:
          'The same evaluation over what is stored. Nothing is saved, and no timetable is looked at.',
        body: previewBody,
        response: { 200: previewAnswer },
      },
    },
    ({ body }) => watch.preview({ ...body, days: body.days ?? usualDays }),
  );
}
