/** Every file name beside the database and every key prefix inside it. README.md draws what they hold. */

export const files = {
  database: 'db',
  /** A database in the making; whatever is left of it after a cut is deleted. */
  making: 'db.making-',
  writeAhead: 'wal',
  /** Present from the moment at which the database is complete. */
  marker: 'created',
  /** The checksummed copy of what must never be lost. */
  spare: 'spare',
  /** Written by an orderly stop: the files that the next start has to find. */
  clean: 'clean',
  /** The database by hard links, as it was before it was opened after an unclean stop. */
  before: 'db.before-',
  /** Copies by hard links to look into; whatever is left of them is deleted. */
  look: 'db.look-',
  /** A database that could not be used any more, kept for whoever wants to look. */
  setAside: 'db.damaged-',
  /** Room that is given up when the disk is full. */
  ballast: 'ballast',
  /** A backup that is being read: unfinished, nobody's. */
  restoring: 'restoring-',
  /** A whole restored state that has still to take its place, and one whose place is free. */
  restored: 'restored',
  restoredMoving: 'restored.moving',
  restoreLock: 'restore.lock',
  /** What a restore has put aside. */
  beforeRestore: 'before-restore-',
  /** Up to where the write-ahead log was on disk. In its folder, so that the inodes of both lie in one block of ext4. */
  marks: 'wal/marks',
  /** Where it was before. */
  formerMarks: 'marks',
} as const;

/**
 * In the order of the keys, history comes first, and the oldest of it before the rest: what is written or deleted at one
 * time lies side by side, so that LevelDB never has to write anew what is between.
 */
const prefixes = {
  /** Coarse history: tens, then minutes; by window first. */
  rollup: 'a',
  /** Between what rolling up writes and what it deletes: the number of a write that has touched nothing else. */
  historyWrite: 'b',
  /** By date first. */
  block: 'c',
  dictionary: 'd',
  /** What a search of the journal reads instead of the entries. */
  journalIndex: 'i',
  journal: 'j',
  machine: 'm',
  /** What was received of each run. */
  seen: 'q',
  record: 'r',
  setting: 's',
  /** Runs with blocks whose date is not certain. */
  undated: 'u',
  /** Single values about the database itself. */
  about: 'x',
} as const;

export type Prefix = keyof typeof prefixes;

export const aboutKeys = {
  /** The number of the last write and the keys that it touched; of writes to history beside them. */
  write: aboutKey('write'),
  historyWrite: Buffer.from(prefixes.historyWrite, 'latin1'),
  /** Blocks that are being written and do not count until this is gone. */
  sealing: aboutKey('sealing'),
  birth: aboutKey('born'),
  /** Where databases of format 1 have theirs. */
  formerBirth: aboutKey('birth'),
  nextMachine: aboutKey('next-machine'),
  clock: aboutKey('clock'),
  journalStart: aboutKey('journal-start'),
  /** Until the journal says that this database comes from a backup. */
  restored: aboutKey('restored'),
};

function aboutKey(name: string): Buffer {
  return Buffer.from(prefixes.about + name, 'utf8');
}

export function machineKey(machine: number): Buffer {
  return numbered(prefixes.machine, 4, machine, 4);
}

export function seenKey(machine: number): Buffer {
  return numbered(prefixes.seen, 4, machine, 4);
}

export function undatedKey(machine: number, run: string): Buffer {
  const key = numbered(prefixes.undated, 20, machine, 4);
  key.write(run, 5, 'hex');
  return key;
}

export function dictionaryKey(machine: number, index: number): Buffer {
  const key = numbered(prefixes.dictionary, 6, machine, 4);
  key.writeUInt16BE(index, 5);
  return key;
}

export function journalKey(id: number): Buffer {
  return numbered(prefixes.journal, 6, id, 6);
}

/** The second byte is the version of both forms: another one is another index. */
const indexVersion = 1;
const indexParts = { columns: 'c', signature: 't' } as const;

export function journalIndexKey(part: keyof typeof indexParts, chunk: number): Buffer {
  const key = numbered(prefixes.journalIndex, 6, 0, 4);
  key[1] = indexVersion;
  key.write(indexParts[part], 2, 'latin1');
  key.writeUInt32BE(chunk, 3);
  return key;
}

export function journalIndexRange(part: keyof typeof indexParts): { gte: Buffer; lte: Buffer } {
  return { gte: journalIndexKey(part, 0), lte: journalIndexKey(part, 2 ** 32 - 1) };
}

export function settingKey(section: string): Buffer {
  return Buffer.from(prefixes.setting + section, 'utf8');
}

/** A namespace has no zero byte, so that one is never the beginning of another. */
export function recordKey(namespace: string, key: string): Buffer {
  return Buffer.from(`${prefixes.record}${namespace}\0${key}`, 'utf8');
}

export function recordName(key: Buffer): { namespace: string; key: string } {
  const end = key.indexOf(0, 1);
  return { namespace: key.toString('utf8', 1, end), key: key.toString('utf8', end + 1) };
}

/** Sorted by the date of the first tick, then by machine; run and seq make it unique. */
export function blockKey(machine: number, startMs: number, run: string, firstSeq: number): Buffer {
  const key = numbered(prefixes.block, 20, blockDate(startMs), 6);
  key.writeUInt32BE(machine, 7);
  key.write(run.slice(0, 8), 11, 'hex');
  key.writeUIntBE(firstSeq, 15, 6);
  return key;
}

/** The least key that a block with this date or a later one can have. */
export function blockKeyFrom(startMs: number): Buffer {
  return blockKey(0, startMs, '00000000', 0);
}

/** Keys hold whole milliseconds from 1970 on; a block that seems older sorts first. */
function blockDate(ms: number): number {
  return Math.min(Math.max(Math.floor(ms), 0), 2 ** 48 - 1);
}

/** What the key of a block says. */
export function blockStartOf(key: Buffer): number {
  return key.readUIntBE(1, 6);
}

export function blockMachineOf(key: Buffer): number {
  return key.readUInt32BE(7);
}

/** The first four bytes, in hexadecimal. */
export function blockRunOf(key: Buffer): string {
  return key.toString('hex', 11, 15);
}

export function isBlockKey(key: Buffer): boolean {
  return key.toString('latin1', 0, 1) === prefixes.block;
}

/** Blocks and coarse history: large, written once, deleted with age. */
export function isHistoryKey(key: Buffer): boolean {
  return isBlockKey(key) || key.toString('latin1', 0, 1) === prefixes.rollup;
}

/** Lost time of a machine, or of all when it is 0. */
export function lostKey(number: number): Buffer {
  return aboutKey(`lost-${String(number).padStart(8, '0')}`);
}

export const lostRange = { gte: aboutKey('lost-'), lt: aboutKey('lost.') };

export function rollupKey(tier: number, windowMs: number, machine: number, group: number): Buffer {
  const key = numbered(prefixes.rollup, 13, tier, 1);
  key.writeUIntBE(blockDate(windowMs), 2, 6);
  key.writeUInt32BE(machine, 8);
  key.writeUInt16BE(group, 12);
  return key;
}

/** What the key of coarse history says. */
export function rollupPlace(key: Buffer): { tier: number; windowMs: number; machine: number; group: number } {
  return {
    ...{ tier: key[1]!, windowMs: key.readUIntBE(2, 6) },
    ...{ machine: key.readUInt32BE(8), group: key.readUInt16BE(12) },
  };
}

const namesOfPrefixes = new Map(
  Object.entries(prefixes).map(([name, prefix]) => [prefix.charCodeAt(0), name]),
);

/** What sort of value stands under a key, for a log. */
export function sortOf(key: Buffer): string {
  return namesOfPrefixes.get(key[0] ?? 0) ?? 'unknown';
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
