/** A backup as a stream of bytes. */
import { nullable, object, text } from '../../protocol/check.ts';
import type { Route } from '../../runtime/socket/server.ts';
import { asked, checkActor } from '../checks.ts';
import type { OpenStore } from '../store.ts';

const checkOrder = object({ passphrase: nullable(text({ min: 8, max: 1024 })), ...checkActor });

export function backupRoutes(store: () => OpenStore): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/backup',
      async handle(request) {
        const { passphrase, ...who } = asked(checkOrder, await request.json());
        return { stream: store().backups.take(passphrase, who), type: 'application/octet-stream' };
      },
    },
  ];
}
