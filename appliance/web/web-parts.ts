/** What starts and stops with web beside its two ports. */
import type { Server } from 'node:net';
import type { Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/parts.ts';
import type { ApiTokens } from './api-tokens.ts';
import type { App } from './fastify.ts';
import type { Recovery } from './recovery.ts';
import type { Sessions } from './sessions.ts';
import type { WebParts } from './web.ts';

const aliveEveryMs = 2_000;

export function clientsPart({ store, ingest, watch, display }: WebParts): Part {
  return {
    name: 'clients',
    start: () => Promise.resolve(),
    async stop() {
      for (const client of [store, ingest, watch, display]) client.close();
    },
  };
}

export function sessionsPart(sessions: Sessions, apiTokens: ApiTokens, recovery: Recovery): Part {
  return {
    name: 'sessions',
    async start() {
      sessions.start();
      apiTokens.start();
    },
    async stop() {
      recovery.end();
      apiTokens.stop();
      await sessions.stop();
    },
  };
}

/** Alive means that the event loop turns and that the page's port is open. */
export function pulsePart({ clock, alive }: WebParts, app: App): Part {
  let timer: Timer | null = null;
  return {
    name: 'pulse',
    async start() {
      timer = clock.every(aliveEveryMs, () => {
        if (app.server.listening) alive?.();
      });
    },
    async stop() {
      timer?.stop();
    },
  };
}

/** Streams never end by themselves: whoever is still connected is cut off. */
export function closeServer(server: Server & { closeAllConnections(): void }): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
