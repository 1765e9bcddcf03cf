import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { BackupEncoder } from '../../../appliance/store/client/backup/encoder.ts';
import { magic, type Section } from '../../../appliance/store/client/backup/format.ts';
import { readBackup } from '../../../appliance/store/client/backup/reader.ts';

const manifest = {
  ...{ madeMs: 1e12, trusted: true, version: '1.0.0', birth: 'ab'.repeat(16), diskBytes: 5, secrets: false },
  ...{ machines: 2, journal: { id: 3, hash: 'cd'.repeat(32) } },
};
const entries: [Buffer, Buffer][] = [
  [Buffer.from('a'), Buffer.from('one')],
  [Buffer.from('b'), Buffer.alloc(70_000, 'x')],
];

async function write(
  passphrase: string | null,
  ending = { entries: 2, bytes: 70_005, logBytes: 4 },
): Promise<Buffer> {
  const encoder = await BackupEncoder.create(passphrase);
  const parts = [encoder.head, await encoder.manifest(manifest), await encoder.entries(entries)];
  parts.push(await encoder.log(7, Buffer.from('logs')));
  parts.push(await encoder.end({ ...ending, leftOut: { users: 1 }, damaged: 0 }));
  return Buffer.concat(parts);
}

async function* inChunks(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, passphrase: string | null = null, size?: number): Promise<Section[]> {
  const sections: Section[] = [];
  const source = inChunks(bytes, size);
  for await (const section of readBackup({ source, passphrase: async () => passphrase }))
    sections.push(section);
  return sections;
}

test('what was written is read, whatever the chunks, open and encrypted', async () => {
  for (const passphrase of [null, 'correct hörse']) {
    const bytes = await write(passphrase);
    for (const size of [1, 999, 1e6]) {
      const [first, second, third, last] = await read(bytes, passphrase, size);
      assert.deepEqual(first, { type: 'manifest', manifest });
      assert.deepEqual(second, { type: 'entries', entries });
      assert.deepEqual(third, { type: 'log', segment: 7, bytes: Buffer.from('logs') });
      assert.equal(last?.type === 'end' && last.ending.leftOut.users, 1);
    }
  }
});

test('any byte that was changed is found, and its place named', async () => {
  for (const passphrase of [null, 'secret']) {
    const bytes = await write(passphrase);
    for (let at = 0; at < bytes.length; at += passphrase === null ? 1 : 97) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 << (at % 8);
      const error = await read(changed, passphrase).then(
        () => assert.fail(`byte ${at} of ${bytes.length} may be anything`),
        (found: Error & { path?: string }) => found,
      );
      const named = Number(/byte (\d+)/.exec(error.path ?? '')?.[1] ?? 0);
      assert.ok(named <= at || /ends at byte/.test(error.message), `${at}: ${error.message}`);
    }
  }
});

test('a backup that was cut anywhere, or has more behind its end, is refused', async () => {
  const bytes = await write(null);
  for (let length = 0; length < bytes.length; length++) {
    await assert.rejects(read(bytes.subarray(0, length)), { code: 'BAD_REQUEST', message: /not whole/ });
  }
  await assert.rejects(read(Buffer.concat([bytes, Buffer.from([0])])), /follows its end/);
});

test('an end that counts otherwise is refused', async () => {
  await assert.rejects(
    read(await write(null, { entries: 3, bytes: 70_005, logBytes: 4 })),
    /what its end says/,
  );
});

test('without the passphrase nothing is read, with another one it is said', async () => {
  const bytes = await write('secret');
  assert.ok(!bytes.includes('1.0.0'));
  await assert.rejects(read(bytes), { code: 'FORBIDDEN', message: /needs its passphrase/ });
  await assert.rejects(read(bytes, 'Secret'), { code: 'FORBIDDEN', message: /passphrase is not the one/ });
});

test('a head that asks for more memory or time than a box has is refused before the passphrase is asked', async () => {
  for (const [log2N, r, p] of [
    [18, 8, 1],
    [15, 32, 1],
    [15, 8, 3],
    [31, 255, 1],
    [9, 8, 1],
  ]) {
    const head = Buffer.concat([magic, Buffer.from([1, 1, log2N!, r!, p!]), Buffer.alloc(28)]);
    head.writeUInt32BE(crc32(head.subarray(0, -4)), head.length - 4);
    const asking = async () => assert.fail('it asked');
    const sections = readBackup({ source: inChunks(head), passphrase: asking });
    await assert.rejects(sections.next(), /its head is damaged/);
  }
});
