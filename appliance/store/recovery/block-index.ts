/**
 * Which blocks the database has to have: without it a missing one would read as a gap. Kept in RAM, packed, because
 * every block of every machine is in it.
 */
export type Expected = { key: Buffer; crc: number; spanMs: number };

/** Prefix and machine; in a group, what follows has the same length in every key. */
const groupBytes = 5;
const tailBytes = 8;

type Group = { head: Buffer; restBytes: number; records: Buffer; count: number };

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
    const rest = key.subarray(groupBytes);
    const at = lowerBound(group, rest);
    if (!isAt(group, at, rest)) this.#insert(group, at, rest);
    const tail = at * sizeOf(group) + group.restBytes;
    group.records.writeUInt32BE(crc, tail);
    group.records.writeUInt32BE(Math.min(spanMs, 0xffffffff), tail + 4);
  }

  delete(key: Buffer): void {
    const group = this.#groups.get(nameOf(key));
    if (group === undefined) return;
    const rest = key.subarray(groupBytes);
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
    const rest = key.subarray(groupBytes);
    const at = lowerBound(group, rest);
    return isAt(group, at, rest) ? expectedAt(group, at) : null;
  }

  /** From the first key to before the second, which have the same prefix and machine, or that of the next machine. */
  between(gte: Buffer, lt: Buffer): Expected[] {
    const group = this.#groups.get(nameOf(gte));
    if (group === undefined) return [];
    const from = lowerBound(group, gte.subarray(groupBytes));
    const to = nameOf(lt) === nameOf(gte) ? lowerBound(group, lt.subarray(groupBytes)) : group.count;
    return Array.from({ length: Math.max(0, to - from) }, (_, index) => expectedAt(group, from + index));
  }

  *[Symbol.iterator](): Generator<Expected> {
    for (const group of this.#groups.values())
      for (let at = 0; at < group.count; at++) yield expectedAt(group, at);
  }

  #groupFor(key: Buffer): Group {
    const name = nameOf(key);
    const found = this.#groups.get(name);
    if (found !== undefined) return found;
    const head = Buffer.from(key.subarray(0, groupBytes));
    const group = { head, restBytes: key.length - groupBytes, records: Buffer.alloc(0), count: 0 };
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

function nameOf(key: Buffer): string {
  return key.toString('latin1', 0, groupBytes) + String.fromCharCode(key.length);
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
  return {
    key: Buffer.concat([group.head, group.records.subarray(start, tail)]),
    crc: group.records.readUInt32BE(tail),
    spanMs: group.records.readUInt32BE(tail + 4),
  };
}
