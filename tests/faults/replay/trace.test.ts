/** Reading what strace writes: calls that were cut in two, strings, and what they mean for a folder. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventsOf } from './events.ts';
import { descriptorIn, parseTrace, stringsIn } from './trace.ts';

const hex = (text: string) =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
const at = (fd: number, path: string) => `${fd}<${hex(path)}>`;
const quoted = (text: string) => `"${hex(text)}"`;

test('a call that another thread interrupted is one call, with where it began and ended', () => {
  const text = [
    `11 fsync(${at(3, '/s/a')} <unfinished ...>`,
    `12 write(${at(4, '/s/b')}, ${quoted('x')}, 1) = 1`,
    '11 <... fsync resumed>)              = 0',
    '12 +++ exited with 0 +++',
  ].join('\n');
  const calls = parseTrace(text);
  assert.deepEqual(
    calls.map(({ name, begun, ended, result }) => ({ name, begun, ended, result })),
    [
      { name: 'write', begun: 1, ended: 1, result: 1 },
      { name: 'fsync', begun: 0, ended: 2, result: 0 },
    ],
  );
});

test('a call within which the process was killed has no result', () => {
  const calls = parseTrace(
    `7 write(${at(4, '/s/b')}, ${quoted('x')}, 1) = ?\n7 fsync(${at(4, '/s/b')} <unfinished ...>\n`,
  );
  assert.deepEqual(
    calls.map(({ name, result }) => [name, result]),
    [
      ['write', null],
      ['fsync', null],
    ],
  );
});

test('strings are whole bytes, and one that was shortened is refused', () => {
  assert.deepEqual(stringsIn(`[{iov_base=${quoted('a"\n')}, iov_len=3}, {iov_base="", iov_len=0}]`), [
    Buffer.from('a"\n'),
    Buffer.alloc(0),
  ]);
  assert.throws(() => stringsIn(`${quoted('a')}...`), /shortened/);
  assert.deepEqual(descriptorIn(`${at(18, '/s/ü')}, 1`), { fd: 18, path: '/s/ü' });
});

const opened = `1 openat(AT_FDCWD<${hex('/')}>, ${quoted('/s/a')}, O_WRONLY|O_CREAT|O_TRUNC, 0600) = ${at(5, '/s/a')}\n`;

test('a sync covers what was there when it was called, and a promise counts from when it is begun', () => {
  const text = `${opened}
1 fdatasync(${at(5, '/s/a')} <unfinished ...>
2 write(${at(5, '/s/a')}, ${quoted('late')}, 4) = 4
3 write(${at(9, 'socket:[1]')}, ${quoted('HTTP')}, 4 <unfinished ...>
1 <... fdatasync resumed>)            = 0
3 <... write resumed>)                = 4
`;
  const kinds = eventsOf(parseTrace(text.replaceAll('\n\n', '\n')), '/s').map(({ kind }) => kind);
  assert.deepEqual(kinds, ['begin', 'open', 'sync-begin', 'write', 'told', 'sync-end']);
});

test('names are those of the folder; what failed and what is elsewhere is left out', () => {
  const text = `${opened}1 write(${at(5, '/s/a')}, ${quoted('abc')}, 3) = 2
1 rename(${quoted('/s/a')}, ${quoted('/s/b')}) = 0
1 unlinkat(${at(6, '/s')}, ${quoted('b')}, 0) = 0
1 mkdir(${quoted('/s')}, 0777) = -1 EEXIST (File exists)
1 unlink(${quoted('/t/a')}) = 0
`;
  assert.deepEqual(eventsOf(parseTrace(text), '/s').slice(1), [
    { kind: 'open', fd: 5, path: 'a', create: true, truncate: true, append: false },
    { kind: 'write', fd: 5, data: Buffer.from('ab') },
    { kind: 'rename', from: 'a', to: 'b' },
    { kind: 'unlink', path: 'b' },
  ]);
});

test('a call that the model does not know is refused instead of overlooked', () => {
  const calls = parseTrace(`1 symlink(${quoted('/s/a')}, ${quoted('/s/b')}) = 0\n`);
  assert.throws(() => eventsOf(calls, '/s'), /does not know the call symlink/);
  const out = parseTrace(`1 rename(${quoted('/s/a')}, ${quoted('/t/a')}) = 0\n`);
  assert.throws(() => eventsOf(out, '/s'), /border/);
});
