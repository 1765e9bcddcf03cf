// Asks the agents' door over its unix socket: used by web, display and console.
import { join } from 'node:path';
import type { Timer } from '../../runtime/clock.ts';
import { createLocalClient } from '../../runtime/socket/client.ts';
import { type IngestRole, ingestSocket } from './roles.ts';
import type { Actor, Door, Machine, Waiting, WaitingChange, WaitingListener } from './types.ts';

export interface IngestClient {
  door(): Promise<Door>;
  waiting(): Promise<Waiting[]>;
  /** Draws six digits anew for one machine and waits until both sides have revealed (at most 10 s). */
  select(id: string, by: Actor): Promise<Waiting>;
  deselect(): Promise<void>;
  /** `digits` must be those now drawn for this machine. */
  admit(id: string, digits: string, by: Actor): Promise<Machine>;
  refuse(id: string, by: Actor): Promise<void>;
  /** Forgets an admitted machine and closes its connection at once. */
  remove(machine: number, by: Actor): Promise<void>;
  /** The whole waiting room at each change, and once at the beginning. */
  changes(on: WaitingListener): Timer;
  close(): void;
}

/** Longer than the 10 s that a selection may take. */
const selectTimeoutMs = 15_000;

/** `as` says which of the door's sockets is opened, and so what it will do for the caller. */
export function createIngestClient(o: { runDir: string; as: IngestRole }): IngestClient {
  const local = createLocalClient({ path: join(o.runDir, ingestSocket(o.as)) });
  const room = (id: string) => `/v1/waiting/${encodeURIComponent(id)}`;
  return {
    door: async () => (await local.get('/v1/door')) as Door,
    waiting: async () => ((await local.get('/v1/waiting')) as WaitingChange).waiting,
    select: async (id, by) =>
      (await local.post(`${room(id)}/select`, { by }, { timeoutMs: selectTimeoutMs })) as Waiting,
    deselect: async () => {
      await local.post('/v1/deselect', {});
    },
    admit: async (id, digits, by) => (await local.post(`${room(id)}/admit`, { digits, by })) as Machine,
    refuse: async (id, by) => {
      await local.post(`${room(id)}/refuse`, { by });
    },
    remove: async (machine, by) => {
      await local.post(`/v1/machines/${machine}/remove`, { by });
    },
    changes: ({ onChange, onUp, onDown }) =>
      local.follow('/v1/changes', {
        onLine: (value) => onChange(value as WaitingChange),
        ...(onUp ? { onUp } : {}),
        ...(onDown ? { onDown } : {}),
      }),
    close: () => local.close(),
  };
}
