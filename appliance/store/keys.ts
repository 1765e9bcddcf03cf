/** Every file name beside the database and every key prefix inside it. README.md draws what they hold. */

export const files = {
  database: 'db',
  /** A database in the making; whatever is left of it after a cut is deleted. */
  making: 'db.making-',
  writeAhead: 'wal',
  /** Present from the moment at which the database is complete. */
  marker: 'created',
} as const;

const prefixes = {
  block: 'b',
  dictionary: 'd',
  journal: 'j',
  machine: 'm',
  /** What was received of each run. */
  seen: 'q',
  record: 'r',
  setting: 's',
  /** Single values about the database itself. */
  about: 'x',
} as const;

export type Prefix = keyof typeof prefixes;

export const aboutKeys = { birth: aboutKey('birth'), nextMachine: aboutKey('next-machine') };

function aboutKey(name: string): Buffer {
  return Buffer.from(prefixes.about + name, 'utf8');
}

export function machineKey(machine: number): Buffer {
  return numbered(prefixes.machine, 4, machine, 4);
}

export function seenKey(machine: number): Buffer {
  return numbered(prefixes.seen, 4, machine, 4);
}

export function dictionaryKey(machine: number, index: number): Buffer {
  const key = numbered(prefixes.dictionary, 6, machine, 4);
  key.writeUInt16BE(index, 5);
  return key;
}

export function journalKey(id: number): Buffer {
  return numbered(prefixes.journal, 6, id, 6);
}

export function settingKey(section: string): Buffer {
  return Buffer.from(prefixes.setting + section, 'utf8');
}

/** A namespace has no zero byte, so that one is never the beginning of another. */
export function recordKey(namespace: string, key: string): Buffer {
  return Buffer.from(`${prefixes.record}${namespace}\0${key}`, 'utf8');
}

/** Sorted by machine, then by the date of the first tick; run and seq make it unique. */
export function blockKey(machine: number, startMs: number, run: string, firstSeq: number): Buffer {
  const key = numbered(prefixes.block, 20, machine, 4);
  key.writeUIntBE(blockDate(startMs), 5, 6);
  key.write(run.slice(0, 8), 11, 'hex');
  key.writeUIntBE(firstSeq, 15, 6);
  return key;
}

/** The least key that a block of this machine with this date or a later one can have. */
export function blockKeyFrom(machine: number, startMs: number): Buffer {
  return blockKey(machine, startMs, '00000000', 0);
}

/** Keys hold whole milliseconds from 1970 on; a block that seems older sorts first. */
function blockDate(ms: number): number {
  return Math.min(Math.max(Math.floor(ms), 0), 2 ** 48 - 1);
}

/** All keys of a prefix: greater or equal, less than. */
export function rangeOf(prefix: Prefix): { gte: Buffer; lt: Buffer } {
  const first = prefixes[prefix].charCodeAt(0);
  return { gte: Buffer.from([first]), lt: Buffer.from([first + 1]) };
}

function numbered(prefix: string, room: number, value: number, bytes: number): Buffer {
  const key = Buffer.alloc(1 + room);
  key.write(prefix, 0, 'latin1');
  key.writeUIntBE(value, 1, bytes);
  return key;
}
