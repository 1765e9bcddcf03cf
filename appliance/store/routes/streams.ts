/** What goes out for as long as somebody listens, and how the store is. */
import { integer, list, object, oneOf, optional } from '../../protocol/check.ts';
import type { Route } from '../../runtime/socket/server.ts';
import { asked } from '../checks.ts';
import type { Commit } from '../client/types.ts';
import type { OpenStore } from '../store.ts';
import { numberIn } from './parameters.ts';

const checkInterest = object({
  topics: list(oneOf(['live', 'machine', 'journal', 'setting']), { min: 1, max: 4 }),
  machine: optional(integer({ min: 1 })),
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
        const interest = asked(checkInterest, {
          topics: query.getAll('topic'),
          machine: numberIn(query, 'machine'),
        });
        const { changes } = store();
        changes.assertRoom();
        return {
          async lines(out) {
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
