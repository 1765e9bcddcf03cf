/** Talks to netmonitor-web over the caller's own socket. */
import { join } from 'node:path';
import { createLocalClient } from '../../runtime/socket/client.ts';
import { type WebRole, webSocket } from './roles.ts';
import type { WebAddress, WebClient } from './types.ts';

export function createWebClient(options: { runDir: string; as: WebRole }): WebClient {
  const local = createLocalClient({ path: join(options.runDir, webSocket(options.as)) });
  return {
    async address() {
      return (await local.get('/v1/address')) as WebAddress;
    },
    async page() {
      return ((await local.get('/v1/page', { timeoutMs: 1_000 })) as { urls: string[] }).urls;
    },
    async recover() {
      await local.post('/v1/recovery');
    },
    async counters() {
      return (await local.get('/v1/counters')) as Record<string, number>;
    },
    changes(on) {
      return local.follow('/v1/changes', {
        onLine: (line) => on.onChange(line as WebAddress),
        onUp: () => on.onUp?.(),
        onDown: () => on.onDown?.(),
      });
    },
    close() {
      local.close();
    },
  };
}
