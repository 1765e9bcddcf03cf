// Asks the agents' door over its unix socket: used by web, display and console.
import { join } from 'node:path';
import type { Timer } from '../../runtime/clock.ts';
import { createLocalClient } from '../../runtime/socket/client.ts';
import { type IngestRole, ingestSocket } from './roles.ts';
import type {
  Actor,
  Clone,
  Door,
  EnrolmentToken,
  Machine,
  OpenHouse,
  Processes,
  ServiceList,
  Waiting,
  WaitingChange,
  WaitingListener,
} from './types.ts';

export interface IngestClient {
  door(): Promise<Door>;
  waiting(): Promise<Waiting[]>;
  /** Draws six digits anew for one machine and waits until both sides have revealed (at most 10 s). */
  select(id: string, by: Actor): Promise<Waiting>;
  deselect(): Promise<void>;
  /** `digits` must be those now drawn for this machine. */
  /** With `same` it is that machine with a new key, whose old key is worth nothing any more. */
  admit(id: string, digits: string, by: Actor, same?: number): Promise<Machine>;
  refuse(id: string, by: Actor): Promise<void>;
  /** Forgets an admitted machine and closes its connection at once. */
  remove(machine: number, by: Actor): Promise<void>;
  /** The whole waiting room at each change, and once at the beginning. */
  /** For ten minutes a machine of this name, or whose key begins so, comes into a full waiting room before others. */
  want(text: string, by: Actor): Promise<void>;
  openHouse(): Promise<OpenHouse | null>;
  startOpenHouse(by: Actor): Promise<OpenHouse>;
  stopOpenHouse(by: Actor): Promise<void>;
  tokens(): Promise<EnrolmentToken[]>;
  /** The only time that the token is told. */
  createToken(
    o: { uses: number; hours: number; label: string },
    by: Actor,
  ): Promise<EnrolmentToken & { token: string }>;
  revokeToken(id: string, by: Actor): Promise<void>;
  /** Null when it never told any. */
  services(machine: number): Promise<ServiceList | null>;
  /** Asks the machine now: its busiest programs. */
  processes(machine: number): Promise<Processes>;
  /** A line of text for the person at the machine; CONFLICT when it is not connected. */
  notify(machine: number, text: string, by: Actor): Promise<void>;
  /** The same line on many machines: those whose agents have read it. */
  notifyAll(machines: readonly number[], text: string): Promise<number[]>;
  clones(): Promise<Clone[]>;
  /** A person has taken one of the two away or given it a key of its own. */
  releaseClone(machine: number, by: Actor): Promise<void>;
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
    admit: async (id, digits, by, same) =>
      (await local.post(`${room(id)}/admit`, { digits, by, same })) as Machine,
    refuse: async (id, by) => {
      await local.post(`${room(id)}/refuse`, { by });
    },
    remove: async (machine, by) => {
      await local.post(`/v1/machines/${machine}/remove`, { by });
    },
    want: async (text, by) => {
      await local.post('/v1/wanted', { text, by });
    },
    openHouse: async () => ((await local.get('/v1/open-house')) as { openHouse: OpenHouse | null }).openHouse,
    startOpenHouse: async (by) => (await local.post('/v1/open-house/start', { by })) as OpenHouse,
    stopOpenHouse: async (by) => {
      await local.post('/v1/open-house/stop', { by });
    },
    tokens: async () => (await local.get('/v1/tokens')) as EnrolmentToken[],
    createToken: async (o, by) =>
      (await local.post('/v1/tokens', { ...o, by })) as EnrolmentToken & { token: string },
    revokeToken: async (id, by) => {
      await local.post(`/v1/tokens/${encodeURIComponent(id)}/revoke`, { by });
    },
    services: async (machine) =>
      ((await local.get(`/v1/machines/${machine}/services`)) as { list: ServiceList | null }).list,
    processes: async (machine) => (await local.get(`/v1/machines/${machine}/processes`)) as Processes,
    notify: async (machine, text, by) => {
      await local.post(`/v1/machines/${machine}/notice`, { text, by });
    },
    notifyAll: async (machines, text) =>
      ((await local.post('/v1/notices', { machines, text })) as { took: number[] }).took,
    clones: async () => (await local.get('/v1/clones')) as Clone[],
    releaseClone: async (machine, by) => {
      await local.post(`/v1/clones/${machine}/release`, { by });
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
