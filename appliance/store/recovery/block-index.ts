/**
 * Which blocks the database has to have: without it a missing one would read as a gap. Kept in RAM, packed, because
 * every block of every machine is in it; the database itself is sorted by date, so this says where a machine's are.
 */
import { blockKey, blockKeyFrom, blockMachineOf, blockStartOf, isBlockKey } from '../keys.ts';

export type Expected = { key: Buffer; crc: number; spanMs: number };

/** In a group of blocks: the date, then what follows the machine. */
const datedBytes = 7;
const machineBytes = 4;
/** Of coarse history a group has the first bytes in common. */
const commonBytes = 5;
const tailBytes = 8;

/** What is left of a key without what all of the group have; in all of them it has the same length. */
type Group = { machine: number | null; common: Buffer; restBytes: number; records: Buffer; count: number };

export class BlockIndex {
  /** Resolves when every write that was under way is known here: a block is deleted from the database a moment earlier. */
  settled: () => Promise<void> = () => Promise.resolve();
  readonly #groups = new Map<string, Group>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  put({ key, crc, spanMs }: Expected): void {
    const group = this.#groupFor(key);
    const rest = restOf(key);
    const at = lowerBound(group, rest);
    if (!isAt(group, at, rest)) this.#insert(group, at, rest);
    const tail = at * sizeOf(group) + group.restBytes;
    group.records.writeUInt32BE(crc, tail);
    group.records.writeUInt32BE(Math.min(spanMs, 0xffffffff), tail + 4);
  }

  delete(key: Buffer): void {
    const group = this.#groups.get(nameOf(key));
    if (group === undefined) return;
    const rest = restOf(key);
    const at = lowerBound(group, rest);
    if (!isAt(group, at, rest)) return;
    const size = sizeOf(group);
    group.records.copyWithin(at * size, (at + 1) * size, group.count * size);
    group.count--;
    this.#count--;
  }

  get(key: Buffer): Expected | null {
    const group = this.#groups.get(nameOf(key));
    if (group === undefined) return null;
    const rest = restOf(key);
    const at = lowerBound(group, rest);
    return isAt(group, at, rest) ? expectedAt(group, at) : null;
  }

  /** A machine's blocks that begin from one date to before another, oldest first. */
  blocksOf(machine: number, fromMs: number, toMs: number): Expected[] {
    const group = this.#blocksOf(machine);
    if (group === undefined) return [];
    const from = lowerBound(group, restOf(blockKeyFrom(fromMs)));
    const to = lowerBound(group, restOf(blockKeyFrom(toMs)));
    return Array.from({ length: Math.max(0, to - from) }, (_, index) => expectedAt(group, from + index));
  }

  /** A machine's oldest and newest block. */
  endsOf(machine: number): { first: Expected; last: Expected } | null {
    const group = this.#blocksOf(machine);
    if (group === undefined || group.count === 0) return null;
    return { first: expectedAt(group, 0), last: expectedAt(group, group.count - 1) };
  }

  /** Which machines have blocks, and from when on. */
  machines(): { machine: number; firstMs: number }[] {
    const found: { machine: number; firstMs: number }[] = [];
    for (const group of this.#groups.values()) {
      if (group.machine === null || group.count === 0) continue;
      found.push({ machine: group.machine, firstMs: blockStartOf(expectedAt(group, 0).key) });
    }
    return found.sort((a, b) => a.machine - b.machine);
  }

  *[Symbol.iterator](): Generator<Expected> {
    for (const group of this.#groups.values())
      for (let at = 0; at < group.count; at++) yield expectedAt(group, at);
  }

  #blocksOf(machine: number): Group | undefined {
    return this.#groups.get(nameOf(blockKey(machine, 0, '00000000', 0)));
  }

  #groupFor(key: Buffer): Group {
    const name = nameOf(key);
    const found = this.#groups.get(name);
    if (found !== undefined) return found;
    const group = {
      machine: isBlockKey(key) ? blockMachineOf(key) : null,
      common: Buffer.from(isBlockKey(key) ? machineIn(key) : key.subarray(0, commonBytes)),
      ...{ restBytes: restOf(key).length, records: Buffer.alloc(0), count: 0 },
    };
    this.#groups.set(name, group);
    return group;
  }

  #insert(group: Group, at: number, rest: Buffer): void {
    const size = sizeOf(group);
    const used = group.count * size;
    if (used + size > group.records.length) {
      const larger = Buffer.allocUnsafe(Math.ceil((group.count + 1) * 1.25) * size);
      group.records.copy(larger, 0, 0, used);
      group.records = larger;
    }
    group.records.copyWithin((at + 1) * size, at * size, used);
    rest.copy(group.records, at * size);
    group.count++;
    this.#count++;
  }
}

function machineIn(key: Buffer): Buffer {
  return key.subarray(datedBytes, datedBytes + machineBytes);
}

function nameOf(key: Buffer): string {
  const common = isBlockKey(key) ? machineIn(key) : key.subarray(0, commonBytes);
  return `${isBlockKey(key) ? 'block' : 'coarse'} ${key.length} ${common.toString('latin1')}`;
}

function restOf(key: Buffer): Buffer {
  if (!isBlockKey(key)) return key.subarray(commonBytes);
  return Buffer.concat([key.subarray(0, datedBytes), key.subarray(datedBytes + machineBytes)]);
}

function sizeOf({ restBytes }: Group): number {
  return restBytes + tailBytes;
}

function lowerBound(group: Group, rest: Buffer): number {
  let low = 0;
  let high = group.count;
  // Most often it belongs behind the newest.
  if (high > 0 && compareAt(group, high - 1, rest) < 0) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareAt(group, middle, rest) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareAt(group: Group, at: number, rest: Buffer): number {
  const start = at * sizeOf(group);
  return group.records.compare(rest, 0, rest.length, start, start + group.restBytes);
}

function isAt(group: Group, at: number, rest: Buffer): boolean {
  return at < group.count && compareAt(group, at, rest) === 0;
}

function expectedAt(group: Group, at: number): Expected {
  const start = at * sizeOf(group);
  const tail = start + group.restBytes;
  const rest = group.records.subarray(start, tail);
  return {
    key:
      group.machine === null
        ? Buffer.concat([group.common, rest])
        : Buffer.concat([rest.subarray(0, datedBytes), group.common, rest.subarray(datedBytes)]),
    crc: group.records.readUInt32BE(tail),
    spanMs: group.records.readUInt32BE(tail + 4),
  };
}
