/** Samples in, values out. */
import type { Route } from '../../runtime/socket/server.ts';
import { refusing } from '../checks.ts';
import type { OpenStore } from '../store.ts';
import { machineOf } from './parameters.ts';

const bodyBytes = 4 * 2 ** 20;

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
      path: '/v1/appends',
      handle: () => ({
        frames: {
          limit: bodyBytes,
          answer(body) {
            const { samples, committer } = store();
            return refusing(() => samples.append(body, committer));
          },
        },
      }),
    },
    {
      method: 'GET',
      path: '/v1/machines/:machine/latest',
      async handle({ params }) {
        const { registry, samples, warmed } = store();
        const { machine } = registry.get(machineOf(params));
        await warmed;
        return { bytes: Buffer.from(samples.latestText(machine)), type: 'application/json' };
      },
    },
    {
      method: 'GET',
      path: '/v1/latest',
      async handle() {
        const { samples, warmed } = store();
        await warmed;
        return { bytes: samples.latestBytesOfAll(), type: 'application/octet-stream' };
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
  ];
}
