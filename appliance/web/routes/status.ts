/** What anybody may know about this box. */
import * as T from 'typebox';
import { version } from '../../runtime/version.ts';
import type { App } from '../fastify.ts';
import type { ApiParts } from './parts.ts';

export function statusRoutes(app: App, { boxName, ingest }: ApiParts): void {
  app.get(
    '/status',
    {
      schema: {
        tags: ['status'],
        summary: 'Which box this is',
        response: { 200: T.Object({ name: T.String(), version: T.String() }) },
      },
    },
    async () => ({ name: boxName(), version }),
  );

  app.get(
    '/door',
    {
      schema: {
        tags: ['status'],
        summary: 'Where agents connect',
        response: { 200: T.Object({ port: T.Integer(), addresses: T.Array(T.String()) }) },
      },
    },
    async () => {
      const { port, addresses } = await ingest.door();
      return { port, addresses };
    },
  );
}
