/** An agents' door in RAM that remembers what was asked of it and answers when the test says so. */
import type { IngestClient } from '../../appliance/ingest/client/client.ts';
import type { Waiting } from '../../appliance/ingest/client/types.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { machineRow } from './screen-samples.ts';

export type FakeIngest = IngestClient & { readonly asked: string[]; fails: Failure | null };

export function createFakeIngest(selected: Waiting): FakeIngest {
  const asked: string[] = [];
  const fake: FakeIngest = {
    asked,
    fails: null,
    door: () => Promise.reject(new Failure('UNAVAILABLE', 'this door has no address')),
    waiting: async () => [selected],
    select: (id, by) => answer(`select ${id} by ${by.who}`, selected),
    deselect: () => answer('deselect', undefined),
    admit: (id, digits) => answer(`admit ${id} ${digits}`, machineRow(4, selected.name, 'up').machine),
    refuse: (id) => answer(`refuse ${id}`, undefined),
    remove: (machine) => answer(`remove ${machine}`, undefined),
    want: (text) => answer(`want ${text}`, undefined),
    openHouse: async () => null,
    startOpenHouse: (by) => answer('open house', { leftMs: 600_000, admitted: 0, most: 100, by: by.who }),
    stopOpenHouse: () => answer('close house', undefined),
    tokens: async () => [],
    createToken: () => Promise.reject(new Failure('FORBIDDEN', 'the panel makes no tokens')),
    revokeToken: () => Promise.reject(new Failure('FORBIDDEN', 'the panel revokes no tokens')),
    services: async () => null,
    processes: () => Promise.reject(new Failure('FORBIDDEN', 'the panel asks for no programs')),
    notify: () => Promise.reject(new Failure('FORBIDDEN', 'the panel sends no notices')),
    notifyAll: () => Promise.reject(new Failure('FORBIDDEN', 'the panel sends no notices')),
    clones: async () => [],
    releaseClone: () => Promise.reject(new Failure('FORBIDDEN', 'the panel releases nobody')),
    changes: () => ({ stop: () => undefined }),
    close: () => undefined,
  };
  async function answer<T>(what: string, value: T): Promise<T> {
    asked.push(what);
    if (fake.fails) throw fake.fails;
    return value;
  }
  return fake;
}
