/** What the calls of a trace mean for a folder, and what was heard and told over sockets, in the order of time. */
import { isAbsolute, join, relative } from 'node:path';
import { type Call, descriptorIn, stringsIn } from './trace.ts';

export type FoundFolder = { folders: string[]; files: { path: string; content: Buffer }[] };

export type DiskEvent =
  /** A process begins: the descriptors of the one before are gone. With `found`, all of that is on the disk for good. */
  | { kind: 'begin'; found?: FoundFolder }
  | { kind: 'open'; fd: number; path: string; create: boolean; truncate: boolean; append: boolean }
  /** Without `at` where the descriptor stands. */
  | { kind: 'write'; fd: number; data: Buffer; at?: number }
  | { kind: 'truncate'; fd: number; length: number }
  /** What a sync makes last is what was there when it was called; it lasts when the call returns. */
  | { kind: 'sync-begin'; fd: number; sync: string }
  | { kind: 'sync-end'; sync: string }
  | { kind: 'rename'; from: string; to: string }
  | { kind: 'link'; from: string; to: string }
  | { kind: 'mkdir'; path: string }
  | { kind: 'unlink'; path: string }
  | { kind: 'rmdir'; path: string };

/** What a process heard and told over sockets, and what it said on its standard output. */
export type TalkEvent =
  | { kind: 'heard'; socket: string; data: Buffer }
  | { kind: 'told'; socket: string; data: Buffer }
  | { kind: 'said'; data: Buffer };

export type Event = DiskEvent | TalkEvent;

export function isTalk(event: Event): event is TalkEvent {
  return event.kind === 'heard' || event.kind === 'told' || event.kind === 'said';
}

/** Paths are relative to `base`; what is outside of it is left out. */
export function eventsOf(calls: readonly Call[], base: string, found?: FoundFolder): Event[] {
  const timed: { at: number; event: Event }[] = [];
  for (const call of calls) {
    // A call that failed changed nothing; one that was cut off by a kill counts as done (the model is compared later).
    if (call.result !== null && call.result < 0) continue;
    const meant = meaningOf(call, base);
    for (const { late, event } of meant) timed.push({ at: late ? call.ended : call.begun, event });
  }
  timed.sort((a, b) => a.at - b.at);
  const begin: Event = found === undefined ? { kind: 'begin' } : { kind: 'begin', found };
  return [begin, ...timed.map(({ event }) => event)];
}

type Timed = { late: boolean; event: Event };

function meaningOf(call: Call, base: string): Timed[] {
  const { name, args } = call;
  if (name === 'read' || name === 'write' || name === 'writev' || name.startsWith('pwrite'))
    return transferOf(call, base);
  if (name === 'fsync' || name === 'fdatasync') {
    const { fd, path } = descriptorIn(args);
    // Cut off by a kill: nobody was told that it lasts.
    if (inside(path, base) === null || call.result === null) return [];
    const sync = `${call.begun} ${fd}`;
    return [
      { late: false, event: { kind: 'sync-begin', fd, sync } },
      { late: true, event: { kind: 'sync-end', sync } },
    ];
  }
  if (name === 'openat') return openingOf(call, base);
  if (name === 'ftruncate') {
    const { fd, path } = descriptorIn(args);
    if (inside(path, base) === null) return [];
    return [{ late: true, event: { kind: 'truncate', fd, length: lastNumber(args) } }];
  }
  const event = namingOf(name, args, base);
  return event === null ? [] : [{ late: true, event }];
}

function transferOf({ name, args, result }: Call, base: string): Timed[] {
  const { fd, path } = descriptorIn(args);
  const isSocket = path.startsWith('socket:') || path.startsWith('UNIX');
  const isFile = inside(path, base) !== null;
  if (name === 'read')
    return isSocket ? [{ late: true, event: { kind: 'heard', socket: path, data: dataIn(args) } }] : [];
  // What a killed process was just saying may never have been heard, so that it is no promise.
  if (isSocket && result === null) return [];
  if (fd === 1) return [{ late: false, event: { kind: 'said', data: dataIn(args) } }];
  if (isSocket) return [{ late: false, event: { kind: 'told', socket: path, data: dataIn(args) } }];
  if (!isFile) return [];
  const data = dataIn(args).subarray(0, result ?? undefined);
  const event: Event = { kind: 'write', fd, data };
  if (name.startsWith('pwrite')) event.at = lastNumber(args);
  return [{ late: true, event }];
}

function openingOf({ args, result }: Call, base: string): Timed[] {
  const path = inside(pathsIn(args)[0]!, base);
  if (path === null || result === null) return [];
  const flags = (flag: string) => args.includes(flag);
  const [create, truncate, append] = [flags('O_CREAT'), flags('O_TRUNC'), flags('O_APPEND')];
  return [{ late: true, event: { kind: 'open', fd: result, path, create, truncate, append } }];
}

function namingOf(name: string, args: string, base: string): Event | null {
  const absolute = pathsIn(args);
  const paths = absolute.map((path) => inside(path, base)).filter((path) => path !== null);
  if (paths.length === 0) return null;
  if (paths.length !== absolute.length) throw new Error(`a name moved over the border of ${base}: ${name}`);
  const [path, to] = paths as [string, string];
  if (name.startsWith('rename')) return { kind: 'rename', from: path, to };
  if (name === 'link' || name === 'linkat') return { kind: 'link', from: path, to };
  if (name.startsWith('mkdir')) return { kind: 'mkdir', path };
  if (name === 'rmdir' || (name === 'unlinkat' && args.includes('AT_REMOVEDIR')))
    return { kind: 'rmdir', path };
  if (name.startsWith('unlink')) return { kind: 'unlink', path };
  throw new Error(`the model of the disk does not know the call ${name} on ${path}`);
}

function dataIn(args: string): Buffer {
  const strings = stringsIn(args);
  return strings.length === 1 ? strings[0]! : Buffer.concat(strings);
}

/** A relative path counts from the descriptor in front of it. */
function pathsIn(args: string): string[] {
  const paths: string[] = [];
  for (const argument of args.split(', ')) {
    if (argument.startsWith('"')) {
      const path = stringsIn(argument)[0]!.toString('utf8');
      const before = args.slice(0, args.indexOf(argument)).split(', ').at(-2) ?? '';
      paths.push(isAbsolute(path) ? path : join(descriptorIn(before).path, path));
    }
  }
  return paths;
}

function inside(path: string, base: string): string | null {
  const clean = path.endsWith(' (deleted)') ? path.slice(0, -' (deleted)'.length) : path;
  if (clean !== base && !clean.startsWith(`${base}/`)) return null;
  return relative(base, clean);
}

function lastNumber(args: string): number {
  return Number(args.slice(args.lastIndexOf(',') + 1));
}
