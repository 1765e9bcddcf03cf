import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { crc32, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { writeAr } from '../../../image/archives/ar.ts';
import { readTar, type TarEntry, writeTar } from '../../../image/archives/tar.ts';
import { writeZip } from '../../../image/archives/zip.ts';

const entries: TarEntry[] = [
  { path: './', mode: 0o755, content: new Uint8Array() },
  { path: './bin/', mode: 0o755, content: new Uint8Array() },
  { path: './bin/run', mode: 0o755, content: Buffer.from('#!/bin/sh\n') },
  { path: './odd', mode: 0o644, content: Buffer.alloc(513, 7) },
];

test('an archive holds its files for others, with owner, mode and date', () => {
  const archive = Buffer.concat([...writeTar(entries, 946_684_800)]);
  const listed = spawnSync('tar', ['--numeric-owner', '--utc', '-tvf', '-'], { input: archive });
  assert.deepEqual(
    listed.stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.replace(/ +/g, ' ')),
    [
      'drwxr-xr-x 0/0 0 2000-01-01 00:00 ./',
      'drwxr-xr-x 0/0 0 2000-01-01 00:00 ./bin/',
      '-rwxr-xr-x 0/0 10 2000-01-01 00:00 ./bin/run',
      '-rw-r--r-- 0/0 513 2000-01-01 00:00 ./odd',
    ],
  );
});

test('what was written is read again, whatever it is', () => {
  const name = fc.string({ minLength: 1, maxLength: 90, unit: fc.constantFrom(...'abcXYZ019._-é/') });
  const file = fc.record({ path: name, content: fc.uint8Array({ maxLength: 1_500 }) });
  fc.assert(
    fc.property(fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 5 }), (files) => {
      const kept = files.filter(({ path }) => !path.endsWith('/') && Buffer.byteLength(path) <= 100);
      const archive = Buffer.concat([
        ...writeTar(
          kept.map((one) => ({ ...one, mode: 0o644 })),
          0,
        ),
      ]);
      const read = readTar(archive, () => true);
      assert.deepEqual(
        [...read.keys()],
        kept.map(({ path }) => path),
      );
      for (const { path, content } of kept) assert.ok(Buffer.from(read.get(path) ?? []).equals(content));
    }),
    { numRuns: 50 },
  );
});

test('an archive that is cut off, or is none, is refused', () => {
  const archive = Buffer.concat([...writeTar(entries, 0)]);
  assert.throws(() => readTar(archive.subarray(0, 2_700), () => true), RangeError);
  assert.throws(() => readTar(Buffer.alloc(2_048, 'x'), () => true), RangeError);
});

test('members of a package stand at even places', () => {
  const archive = Buffer.concat(
    writeAr(
      [
        { name: 'a', content: Buffer.from('abc') },
        { name: 'b', content: Buffer.from('d') },
      ],
      5,
    ),
  );
  const head = (name: string, size: number) =>
    `${name.padEnd(16)}5           0     0     100644  ${String(size).padEnd(10)}\`\n`;
  assert.equal(archive.toString('latin1'), `!<arch>\n${head('a', 3)}abc\n${head('b', 1)}d\n`);
});

test('a zip archive names each file with size, sum and place', async () => {
  const files = [
    { path: 'netmonitor-agent/run.cmd', content: Buffer.from('@echo off\r\n'.repeat(20)) },
    { path: 'netmonitor-agent/node.exe', content: Buffer.alloc(5_000, 'abcd') },
  ];
  const zip = Buffer.concat(await writeZip(files, 9));
  const end = zip.subarray(-22);
  assert.equal(end.readUInt32LE(0), 0x06054b50);
  assert.equal(end.readUInt16LE(10), 2);
  let at = end.readUInt32LE(16);
  for (const { path, content } of files) {
    assert.equal(zip.readUInt32LE(at), 0x02014b50);
    assert.equal(zip.readUInt32LE(at + 16), crc32(content));
    assert.equal(zip.readUInt32LE(at + 24), content.length);
    assert.equal(zip.toString('latin1', at + 46, at + 46 + zip.readUInt16LE(at + 28)), path);
    const local = zip.readUInt32LE(at + 42);
    assert.equal(zip.readUInt32LE(local), 0x04034b50);
    const start = local + 30 + zip.readUInt16LE(local + 26);
    assert.ok(inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(at + 20))).equals(content));
    at += 46 + path.length;
  }
  assert.deepEqual(await writeZip(files, 9), await writeZip(files, 9));
});
