/** A door with one admitted machine, and that machine's way in. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { IngestOptions } from '../../appliance/ingest/ingest.ts';
import type { Machine } from '../../appliance/store/client/types.ts';
import { type Station, startStation } from './ingest-station.ts';
import { MemoryStore } from './memory-store.ts';
import { WireAgent, type WireIdentity, wireIdentity } from './wire-agent.ts';

export type Setup = { store: MemoryStore; station: Station; identity: WireIdentity; machine: Machine };

export async function setup(
  t: TestContext,
  limits: IngestOptions['limits'] = {},
  { local } = { local: false },
): Promise<Setup> {
  const store = new MemoryStore();
  const identity = wireIdentity();
  const machine = await store.client().admit({ key: identity.id, name: 'pc', by: 'ada', local });
  const station = await startStation(t, store.client(), { limits });
  return { store, station, identity, machine };
}

export async function arrive({ station, identity }: Setup, hello = {}): Promise<WireAgent> {
  const agent = await WireAgent.greet({ port: station.port, identity }, hello);
  assert.equal(agent.welcome?.state, 'admitted');
  return agent;
}
