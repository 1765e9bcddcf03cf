/** Samples in, values out. */
import { integer, list, number, object, optional, text } from '../../protocol/check.ts';
import { limits } from '../../protocol/limits.ts';
import type { Route } from '../../runtime/socket/server.ts';
import { asked, refusing } from '../checks.ts';
import type { OpenStore } from '../store.ts';
import { machineOf, numberIn } from './parameters.ts';

const bodyBytes = 4 * 2 ** 20;

const checkRange = object({
  series: list(text({ max: limits.seriesNameLength }), { max: 1000 }),
  from: number({ min: -(2 ** 52), max: 2 ** 52 }),
  to: number({ min: -(2 ** 52), max: 2 ** 52 }),
  points: optional(integer({ min: 1, max: 100_000 })),
});

export function sampleRoutes(store: () => OpenStore): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/append',
      async handle(request) {
        const body = await request.bytes(bodyBytes);
        const { samples, committer } = store();
        return { json: refusing(() => samples.append(body, committer)) };
      },
    },
    {
      method: 'GET',
      path: '/v1/machines/:machine/latest',
      async handle({ params }) {
        const { registry, samples, warmed } = store();
        const { machine } = registry.get(machineOf(params));
        await warmed;
        return { json: samples.latest(machine) };
      },
    },
    {
      method: 'GET',
      path: '/v1/summaries',
      async handle() {
        const { samples, warmed } = store();
        await warmed;
        return { json: samples.summaries() };
      },
    },
    {
      method: 'GET',
      path: '/v1/machines/:machine/range',
      async handle({ params, query, signal }) {
        const { registry, reader } = store();
        const { machine } = registry.get(machineOf(params));
        const question = asked(checkRange, {
          series: query.getAll('series'),
          from: numberIn(query, 'from'),
          to: numberIn(query, 'to'),
          points: numberIn(query, 'points'),
        });
        const { series, from, to, points = 500 } = question;
        return {
          json: await reader.range({ machine, names: series, fromMs: from, toMs: to, points }, signal),
        };
      },
    },
  ];
}
