/** The machines: a key keeps its number, also through a removal; a number is given once. */
import { integer } from '../protocol/check.ts';
import type { Clock } from '../runtime/clock.ts';
import { Failure } from '../runtime/errors.ts';
import type { ChangeHub } from './changes.ts';
import { decodeChecked, encodeChecked } from './checked.ts';
import { checkStoredMachine } from './checks.ts';
import type { Admission, Machine, MachinePatch } from './client/types.ts';
import type { Database } from './database.ts';
import { aboutKeys, machineKey, rangeOf } from './keys.ts';
import type { Operation, RecordWriter } from './writer.ts';

type StoredMachine = Omit<Machine, 'lastSampleMs'> & { removedMs?: number };

export interface Registry {
  readonly count: number;
  load(): Promise<void>;
  has(machine: number): boolean;
  list(): Machine[];
  /** NOT_FOUND for a number that was never given or whose machine was removed. */
  get(machine: number): Machine;
  admit(admission: Admission): Promise<Machine>;
  update(machine: number, patch: MachinePatch): Promise<Machine>;
  remove(machine: number): Promise<void>;
}

export function createRegistry(o: {
  database: Database;
  writer: RecordWriter;
  changes: ChangeHub;
  clock: Clock;
  mostMachines: number;
  lastSampleMs(machine: number): number | null;
}): Registry {
  const machines = new Map<number, StoredMachine>();
  const numbers = new Map<string, number>();
  /** What was removed, by key: who comes back with the same key gets its number and so its history again. */
  const removed = new Map<string, StoredMachine>();
  let next = 1;

  const view = (stored: StoredMachine): Machine => {
    const { removedMs: _removedMs, ...machine } = stored;
    return { ...machine, lastSampleMs: o.lastSampleMs(stored.machine) };
  };
  const find = (machine: number): StoredMachine => {
    const stored = machines.get(machine);
    if (stored === undefined)
      throw new Failure('NOT_FOUND', `there is no machine ${machine}`, { path: 'machine' });
    return stored;
  };
  const put = (stored: StoredMachine): Operation => ({
    type: 'put',
    key: machineKey(stored.machine),
    value: encodeChecked(stored),
  });
  /** RAM first, so that two calls at once never start from the same state; the answer waits for the disk. */
  const keep = async (stored: StoredMachine, more: Operation[] = []): Promise<Machine> => {
    machines.set(stored.machine, stored);
    numbers.set(stored.key, stored.machine);
    await o.writer.write([put(stored), ...more]);
    const machine = view(stored);
    o.changes.machine(machine);
    return machine;
  };

  return {
    get count() {
      return machines.size;
    },
    async load() {
      let highest = 0;
      for await (const [key, value] of o.database.iterator(rangeOf('machine'))) {
        const what = `The entry of machine ${key.readUInt32BE(1)} in ${o.database.location}`;
        const stored = decodeChecked(value, what, checkStoredMachine);
        highest = Math.max(highest, stored.machine);
        if (stored.removedMs === undefined) {
          machines.set(stored.machine, stored);
          numbers.set(stored.key, stored.machine);
        } else {
          removed.set(stored.key, stored);
        }
      }
      const counter = await o.database.get(aboutKeys.nextMachine);
      const what = 'The number of the next machine';
      const given = counter === undefined ? 1 : decodeChecked(counter, what, integer({ min: 1 }));
      next = Math.max(given, highest + 1);
    },
    has: (machine) => machines.has(machine),
    list: () => [...machines.values()].map(view),
    get: (machine) => view(find(machine)),
    async admit({ key, name, by, local }) {
      const known = numbers.get(key);
      if (known !== undefined) return keep({ ...find(known), name, local });
      if (machines.size >= o.mostMachines) {
        throw new Failure(
          'TOO_MANY',
          `this box has ${machines.size} machines; remove one before you admit another`,
        );
      }
      const earlier = removed.get(key);
      removed.delete(key);
      const machine = earlier?.machine ?? next++;
      const nowMs = o.clock.wallMs();
      const counter: Operation = { type: 'put', key: aboutKeys.nextMachine, value: encodeChecked(next) };
      const times = { stateSinceMs: nowMs, admittedMs: nowMs };
      const stored: StoredMachine = {
        ...{ machine, key, name, local, admittedBy: by },
        ...{ state: 'off', ...times, facts: null, run: null },
      };
      return keep(stored, [counter]);
    },
    async update(machine, patch) {
      const before = find(machine);
      const moved = patch.state !== undefined && patch.state !== before.state;
      return keep({ ...before, ...patch, ...(moved ? { stateSinceMs: o.clock.wallMs() } : {}) });
    },
    async remove(machine) {
      const stored = find(machine);
      machines.delete(machine);
      numbers.delete(stored.key);
      const kept = { ...stored, facts: null, removedMs: o.clock.wallMs() };
      removed.set(stored.key, kept);
      await o.writer.write([put(kept)]);
      o.changes.machine(view(stored), true);
    },
  };
}
