/** Values over time: for a chart, and all of them page by page. */
import { integer, list, number, object, oneOf, optional, text } from '../../protocol/check.ts';
import { limits } from '../../protocol/limits.ts';
import type { LocalRequest, Reply, Route } from '../../runtime/socket/server.ts';
import { asked } from '../checks.ts';
import { tableType } from '../client/table.ts';
import type { OpenStore } from '../store.ts';
import { machineOf, numberIn } from './parameters.ts';

const range = {
  series: list(text({ max: limits.seriesNameLength }), { max: 1000 }),
  from: number({ min: -(2 ** 52), max: 2 ** 52 }),
  to: number({ min: -(2 ** 52), max: 2 ** 52 }),
  /** Packed: as the box's own processes read it (client/table.ts). */
  form: optional(oneOf(['json', 'packed'])),
};

/** More points than are ever given are clipped, and the answer says so. */
const checkRange = object({
  ...range,
  points: optional(integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  last: optional(oneOf(['true', 'false'])),
});

const checkExport = object({
  ...range,
  tier: optional(oneOf(['raw', 'minute', 'ten'])),
  cursor: optional(text({ max: 64 })),
});

export function historyRoutes(store: () => OpenStore): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/machines/:machine/range',
      async handle({ params, query, signal }) {
        const { registry, reader } = store();
        const { machine } = registry.get(machineOf(params));
        const { series, from, to, form, points, last } = asked(checkRange, {
          ...rangeIn(query),
          points: numberIn(query, 'points'),
          last: query.get('last') ?? undefined,
        });
        const question = { machine, names: series, fromMs: from, toMs: to, points: points ?? 500 };
        const whole = { ...question, last: last === 'true' };
        if (form === 'packed') return packed(await reader.packedRange(whole, signal));
        return { json: await reader.range(whole, signal) };
      },
    },
    {
      method: 'GET',
      path: '/v1/machines/:machine/export',
      async handle({ params, query, signal }) {
        const { registry, reader } = store();
        const { machine } = registry.get(machineOf(params));
        const { series, from, to, form, tier, cursor } = asked(checkExport, {
          ...rangeIn(query),
          tier: query.get('tier') ?? undefined,
          cursor: query.get('cursor') ?? undefined,
        });
        const question = {
          ...{ machine, names: series, fromMs: from, toMs: to, tier: tier ?? 'raw' },
          ...(cursor === undefined ? {} : { cursor }),
        };
        if (form === 'packed') return packed(await reader.packedPage(question, signal));
        return { json: await reader.exportPage(question, signal) };
      },
    },
  ];
}

function packed(bytes: Uint8Array): Reply {
  return { bytes, type: tableType };
}

function rangeIn(query: LocalRequest['query']) {
  return {
    ...{ series: query.getAll('series'), from: numberIn(query, 'from'), to: numberIn(query, 'to') },
    form: query.get('form') ?? undefined,
  };
}
