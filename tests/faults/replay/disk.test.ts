/** The model of a disk: what each kind of power cut leaves of names and content. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseMoments, crashes, diskAfter } from './crashes.ts';
import type { DiskEvent, Event } from './events.ts';
import { seeded } from './random.ts';
import { type Model, stateOf } from './states.ts';

let syncs = 0;

const made = (path: string, fd: number): DiskEvent => ({
  ...{ kind: 'open', fd, path, create: true, truncate: true, append: false },
});
const wrote = (fd: number, text: string): DiskEvent => ({ kind: 'write', fd, data: Buffer.from(text) });
const folder = (path: string, fd: number): DiskEvent => ({
  ...{ kind: 'open', fd, path, create: false, truncate: false, append: false },
});
function synced(fd: number): DiskEvent[] {
  const sync = `sync ${syncs++}`;
  return [
    { kind: 'sync-begin', fd, sync },
    { kind: 'sync-end', sync },
  ];
}

function left(events: readonly DiskEvent[], model: Model, random = seeded(1)): Record<string, string> {
  const { files } = stateOf(diskAfter(events), model, random);
  return Object.fromEntries(files.map(({ path, content }) => [path, content.toString('latin1')]));
}

test('what was written after the last sync is kept whole, not at all, in part or as zeros', () => {
  const events = [made('a', 3), wrote(3, 'old '), ...synced(3), wrote(3, 'new')];
  assert.deepEqual(left(events, 'P'), { a: 'old new' });
  assert.deepEqual(left(events, 'B'), { a: 'old ' });
  assert.deepEqual(left(events, 'Z'), { a: 'old \0\0\0' });
  const random = seeded(3);
  const torn = new Set(Array.from({ length: 50 }, () => left(events, 'C', random).a));
  assert.deepEqual([...torn].sort(), ['old ', 'old n', 'old ne', 'old new']);
});

test('of what is written over several pages some may be kept and others not', () => {
  const events = [made('a', 3), wrote(3, 'x'.repeat(8192))];
  const random = seeded(3);
  const found = new Set(Array.from({ length: 50 }, () => left(events, 'S', random).a));
  const [x, o] = ['x'.repeat(4096), '\0'.repeat(4096)];
  assert.deepEqual([...found].sort(), [o + o, o + x, x + o, x + x]);
});

test('a sync does not keep what was written while it ran', () => {
  const events: DiskEvent[] = [
    made('a', 3),
    wrote(3, 'before'),
    { kind: 'sync-begin', fd: 3, sync: 's' },
    wrote(3, 'during'),
    { kind: 'sync-end', sync: 's' },
  ];
  assert.deepEqual(left(events, 'B'), { a: 'before' });
});

test('a file that was cut short and grew again does not show its old end', () => {
  const events = [made('a', 3), wrote(3, 'abcdef'), { kind: 'truncate', fd: 3, length: 2 } as const];
  const grown: DiskEvent[] = [...events, { kind: 'write', fd: 3, data: Buffer.from('z'), at: 4 }];
  assert.deepEqual(left(grown, 'P'), { a: 'ab\0\0z' });
  assert.deepEqual(left([...grown, ...synced(3)], 'B'), { a: 'ab\0\0z' });
});

test('a name lasts on ext4 when anything was synced since, and in POSIX when its folder was', () => {
  const base = [made('a', 3), wrote(3, 'a'), ...synced(3), made('b', 4), wrote(4, 'b')];
  assert.deepEqual(left(base, 'E'), { a: 'a' });
  assert.deepEqual(left(base, 'D'), {});
  const later = [...base, ...synced(4)];
  assert.deepEqual(left(later, 'E'), { a: 'a', b: 'b' });
  assert.deepEqual(left(later, 'D'), {});
  assert.deepEqual(left([...later, folder('', 5), ...synced(5)], 'D'), { a: 'a', b: 'b' });
});

test('a sync of what has nothing to sync keeps no names', () => {
  const events = [made('a', 3), wrote(3, 'a'), ...synced(3), made('b', 4), ...synced(3)];
  assert.deepEqual(left(events, 'E'), { a: 'a' });
});

test('a file that was removed or renamed comes back until that lasts', () => {
  const kept = [made('a', 3), wrote(3, 'a'), ...synced(3), folder('', 5), ...synced(5)];
  const removed: DiskEvent[] = [...kept, { kind: 'unlink', path: 'a' }];
  assert.deepEqual(left(removed, 'B'), {});
  assert.deepEqual(left(removed, 'E'), { a: 'a' });
  assert.deepEqual(left([...removed, ...synced(5)], 'D'), {});
  const renamed: DiskEvent[] = [...kept, { kind: 'rename', from: 'a', to: 'b' }];
  assert.deepEqual(left(renamed, 'B'), { b: 'a' });
  assert.deepEqual(left(renamed, 'D'), { a: 'a' });
});

test('a folder keeps its own names when it is renamed', () => {
  const events: DiskEvent[] = [{ kind: 'mkdir', path: 'new' }, made('new/a', 3), wrote(3, 'a'), ...synced(3)];
  const renamed: DiskEvent[] = [...events, { kind: 'rename', from: 'new', to: 'db' }];
  assert.deepEqual(left(renamed, 'P'), { 'db/a': 'a' });
  assert.deepEqual(left(renamed, 'E'), { 'new/a': 'a' });
});

test('a process that begins on a found folder finds all of it for good', () => {
  const found = { folders: ['w'], files: [{ path: 'w/a', content: Buffer.from('a') }] };
  const events: DiskEvent[] = [made('x', 3), { kind: 'begin', found }, folder('w', 4)];
  for (const model of ['P', 'B', 'E', 'D'] as const) assert.deepEqual(left(events, model), { 'w/a': 'a' });
});

test('equal states with equal promises are handed out once, and again after a promise', () => {
  const change = [made('a', 3), wrote(3, 'a'), ...synced(3)];
  const told: Event = { kind: 'said', data: Buffer.from('done') };
  const states = (events: readonly Event[]) => {
    const moments = new Set(chooseMoments(events, events.length, seeded(1)));
    return [...crashes(events, { moments, random: seeded(1), models: ['P', 'B'] })].map(
      ({ at, model }) => `${at}${model}`,
    );
  };
  // Nothing, an empty file, and a written one that is lost (as before) or kept.
  assert.deepEqual(states([...change, made('b', 4)]), ['0P', '1P', '3P', '5P']);
  assert.deepEqual(states([...change, told, made('b', 4)]), ['0P', '1P', '3P', '5P', '6P']);
  assert.deepEqual(states([...change, told]), ['0P', '1P', '3P', '5P']);
});
