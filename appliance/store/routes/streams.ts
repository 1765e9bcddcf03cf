/** What goes out for as long as somebody listens, and how the store is. */
import { type Check, integer, list, object, oneOf, optional, text } from '../../protocol/check.ts';
import { limits } from '../../protocol/limits.ts';
import type { Route } from '../../runtime/socket/server.ts';
import { asked, checkSection } from '../checks.ts';
import type { Commit, Topic } from '../client/types.ts';
import { SeriesFilter } from '../series-filter.ts';
import type { OpenStore } from '../store.ts';
import { numberIn } from './parameters.ts';

const known = oneOf(['live', 'machine', 'journal', 'setting', 'clock']);
const recordTopic = 'record:';
const checkTopic: Check<Topic> = (value, path) =>
  typeof value === 'string' && value.startsWith(recordTopic)
    ? `record:${checkSection(value.slice(recordTopic.length), path)}`
    : known(value, path);

const checkInterest = object({
  topics: list(checkTopic, { min: 1, max: 16 }),
  machine: optional(integer({ min: 1 })),
  series: list(text({ min: 1, max: limits.seriesNameLength + 1 }), { max: 64 }),
});

export function streamRoutes(store: () => OpenStore): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/commits',
      handle() {
        const { committer } = store();
        return {
          async lines(out) {
            const end = committer.onDurable((commit) => out.write(commit));
            const now: Commit = { epoch: committer.epoch, durable: committer.durable };
            out.write(now);
            await out.closed;
            end();
          },
        };
      },
    },
    {
      method: 'GET',
      path: '/v1/changes',
      handle({ query }) {
        const { series, ...wanted } = asked(checkInterest, {
          topics: query.getAll('topic'),
          machine: numberIn(query, 'machine'),
          series: query.getAll('series'),
        });
        const interest = { ...wanted, ...(series.length > 0 ? { series: new SeriesFilter(series) } : {}) };
        const { changes, clock } = store();
        changes.assertRoom();
        return {
          async lines(out) {
            if (interest.topics.includes('clock')) out.write({ topic: 'clock', clock: clock.state() });
            const end = changes.watch(interest, (change) => out.write(change));
            await out.closed;
            end();
          },
        };
      },
    },
    { method: 'GET', path: '/v1/health', handle: async () => ({ json: await store().health() }) },
  ];
}
