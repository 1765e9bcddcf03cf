/** The machines: a key keeps its number, also through a removal; a number is given once. */
import { integer } from '../../protocol/check.ts';
import type { Clock } from '../../runtime/clock.ts';
import { Failure } from '../../runtime/errors.ts';
import type { ChangeHub } from '../changes.ts';
import { checkStoredMachine } from '../checks.ts';
import type { Admission, Machine, MachinePatch, Revoked } from '../client/types.ts';
import type { Database } from '../database/database.ts';
import { aboutKeys, machineKey, rangeOf } from '../keys.ts';
import { decodeChecked, encodeChecked } from './checked.ts';
import type { Operation, RecordWriter } from './writer.ts';

type StoredMachine = Omit<Machine, 'lastSampleMs'> & { removedMs?: number; formerKeys?: string[] };

/** Keys that a machine had before; the oldest are forgotten. */
const formerKeysKept = 16;

export interface Registry {
  readonly count: number;
  load(): Promise<void>;
  has(machine: number): boolean;
  list(): Machine[];
  /** NOT_FOUND for a number that was never given or whose machine was removed. */
  get(machine: number): Machine;
  admit(admission: Admission): Promise<Machine>;
  /** Keys that were a machine's and are not any more. */
  revoked(): Revoked[];
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
    const { removedMs: _removedMs, formerKeys: _formerKeys, ...machine } = stored;
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

  /** The old key is worth nothing from then on; a removed machine is present again, under its old number. */
  const replaceKey = async (machine: number, { key, name, by, local }: Omit<Admission, 'same'>) => {
    if (numbers.has(key))
      throw new Failure('CONFLICT', 'this key belongs to another machine: remove that one first', {
        path: 'same',
      });
    const gone = [...removed.values()].find((one) => one.machine === machine);
    const before = gone ?? find(machine);
    if (before.local !== local)
      throw new Failure('CONFLICT', "the box's own agent is no other machine", { path: 'same' });
    if (gone !== undefined && machines.size >= o.mostMachines)
      throw new Failure(
        'TOO_MANY',
        `this box has ${machines.size} machines; remove one before you admit another`,
      );
    const formerKeys = [before.key, ...(before.formerKeys ?? [])]
      .filter((former) => former !== key)
      .slice(0, formerKeysKept);
    const nowMs = o.clock.wallMs();
    const { removedMs: _removedMs, ...kept } = before;
    removed.delete(before.key);
    numbers.delete(before.key);
    // Somebody else's removed machine may have had this key.
    removed.delete(key);
    const again = gone === undefined ? {} : { state: 'off' as const, stateSinceMs: nowMs, facts: null };
    return keep({ ...kept, ...again, key, name, formerKeys, admittedMs: nowMs, admittedBy: by, run: null });
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
    revoked() {
      const of = ({ machine, name, key, formerKeys = [], removedMs }: StoredMachine): Revoked[] =>
        [...(removedMs === undefined ? [] : [key]), ...formerKeys].map((former) => ({
          ...{ key: former, machine, name, removed: removedMs !== undefined },
        }));
      return [...removed.values(), ...machines.values()].flatMap(of).filter(({ key }) => !numbers.has(key));
    },
    async admit({ key, name, by, local, same }) {
      const known = numbers.get(key);
      if (same !== undefined && same !== known) return replaceKey(same, { key, name, by, local });
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
