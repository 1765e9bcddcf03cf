/** Reads a backup and believes nothing of it before it was checked: a failure names the byte at which it does not hold. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { ByteReader } from '../../../protocol/bytes.ts';
import { type Check, flag, hex, integer, object, parseJson, text } from '../../../protocol/check.ts';
import { Malformed } from '../../../protocol/malformed.ts';
import { Failure, messageOf } from '../../../runtime/errors.ts';
import { ByteSource } from './byte-source.ts';
import { type Cipher, cipherOf, deriveKey, prefixBytes, saltBytes } from './cipher.ts';
import {
  type Ending,
  type FrameType,
  formatVersion,
  frameHead,
  frameTail,
  frameTypes,
  isEncrypted,
  largestContent,
  largestFrame,
  type Manifest,
  magic,
  type Section,
} from './format.ts';

const inflate = promisify(inflateRaw);
const count = integer({ min: 0 });

const checkManifest: Check<Manifest> = object({
  ...{ madeMs: integer({}), trusted: flag, version: text({ max: 64 }), birth: hex(16) },
  ...{ diskBytes: count, secrets: flag, machines: count },
  journal: object({ id: count, hash: hex(32) }),
});
const checkCounts: Check<Record<string, number>> = (value, path) =>
  Object.fromEntries(
    Object.entries(object({})(value, path) && (value as object)).map(([name, one]) => [
      name,
      count(one, path),
    ]),
  );
const checkEnding: Check<Ending> = object({
  ...{ entries: count, bytes: count, logBytes: count, damaged: count },
  ...{ leftOut: checkCounts, sha256: hex(32) },
});

/** Twice what this version writes. */
const dearestBytes = 64 * 2 ** 20;

export type ReadOptions = {
  source: AsyncIterable<Uint8Array>;
  /** Asked only when the backup is encrypted; null when there is none. */
  passphrase(): Promise<string | null>;
};

/** Every section in order; the last one is the end, and nothing follows it. */
export async function* readBackup(o: ReadOptions): AsyncGenerator<Section> {
  const from = new ByteSource(o.source);
  const hash = createHash('sha256');
  const { head, cipher } = await readHead(from, o.passphrase);
  hash.update(head);
  const seen = { entries: 0, bytes: 0, logBytes: 0 };
  for (let number = 0; ; number++) {
    const at = from.offset;
    const { type, frame, body } = await readFrame(from);
    const sha256 = hash.copy().digest('hex');
    hash.update(frame);
    if ((type === 'manifest') !== (number === 0)) throw broken(at, 'a section stands in the wrong place');
    const section = await within(at, async () =>
      sectionOf(type, await contentOf({ type, body, number, cipher, at })),
    );
    if (section.type === 'entries') {
      seen.entries += section.entries.length;
      for (const [key, value] of section.entries) seen.bytes += key.length + value.length;
    } else if (section.type === 'log') seen.logBytes += section.bytes.length;
    else if (section.type === 'end') {
      const { entries, bytes, logBytes } = section.ending;
      const isSame = entries === seen.entries && bytes === seen.bytes && logBytes === seen.logBytes;
      if (!isSame || section.ending.sha256 !== sha256) throw broken(at, 'it does not hold what its end says');
      if (!(await from.isAtEnd())) throw broken(from.offset, 'something follows its end');
    }
    yield section;
    if (section.type === 'end') return;
  }
}

async function readHead(
  from: ByteSource,
  passphrase: ReadOptions['passphrase'],
): Promise<{ head: Buffer; cipher: Cipher | null }> {
  const first = await from.take(magic.length + 2, whole);
  if (!first.subarray(0, magic.length).equals(magic)) {
    throw new Failure('BAD_REQUEST', 'this is not a backup of NetMonitor');
  }
  const [version, flags = 0] = first.subarray(magic.length);
  if (version !== formatVersion || flags > isEncrypted) {
    throw new Failure(
      'BAD_REQUEST',
      `this backup has form ${version}, which this version does not read: use a newer one`,
    );
  }
  const rest = await from.take((flags === isEncrypted ? 3 + saltBytes + prefixBytes : 0) + 4, whole);
  const head = Buffer.concat([first, rest]);
  if (crc32(head.subarray(0, -4)) !== head.readUInt32BE(head.length - 4))
    throw broken(0, 'its head is damaged');
  if (flags !== isEncrypted) return { head, cipher: null };
  const [log2N = 0, r = 0, p = 0] = rest;
  // Nobody has vouched for the head yet: it must not ask for more memory or time than a box has.
  const bytes = 128 * r * 2 ** log2N;
  if (log2N < 10 || r < 1 || p < 1 || p > 2 || !(bytes <= dearestBytes))
    throw broken(10, 'its head is damaged');
  const given = await passphrase();
  if (given === null) throw new Failure('FORBIDDEN', 'this backup is encrypted: it needs its passphrase');
  const salt = rest.subarray(3, 3 + saltBytes);
  const prefix = rest.subarray(3 + saltBytes, 3 + saltBytes + prefixBytes);
  return { head, cipher: cipherOf(await deriveKey(given, { log2N, r, p, salt }), prefix, head) };
}

async function readFrame(from: ByteSource): Promise<{ type: FrameType; frame: Buffer; body: Buffer }> {
  const at = from.offset;
  const start = await from.take(frameHead, whole);
  const length = start.readUInt32BE(1);
  if (length > largestFrame) throw broken(at, 'a section is damaged');
  const rest = await from.take(length + frameTail, whole);
  const frame = Buffer.concat([start, rest]);
  const end = frame.length - frameTail;
  if (crc32(frame.subarray(0, end)) !== frame.readUInt32BE(end)) throw broken(at, 'a section is damaged');
  const type = (Object.keys(frameTypes) as FrameType[]).find((name) => frameTypes[name] === frame[0]);
  if (type === undefined) throw broken(at, `a section of the unknown kind ${frame[0]}`);
  return { type, frame, body: frame.subarray(frameHead, end) };
}

type Packed = { type: FrameType; body: Buffer; number: number; cipher: Cipher | null; at: number };

async function contentOf({ type, body, number, cipher, at }: Packed): Promise<Buffer> {
  const packed = cipher === null ? body : cipher.open(number, frameTypes[type], body);
  if (packed === null && number === 0) {
    throw new Failure(
      'FORBIDDEN',
      'the passphrase is not the one of this backup, or somebody has changed the file',
    );
  }
  if (packed === null) throw broken(at, 'a section was changed after it was written');
  return inflate(packed, { maxOutputLength: largestContent });
}

function sectionOf(type: FrameType, content: Buffer): Section {
  if (type === 'manifest') return { type, manifest: checkManifest(parseJson(content)) };
  if (type === 'end') return { type, ending: checkEnding(parseJson(content)) };
  const input = new ByteReader(content);
  if (type === 'log') {
    const segment = integer({ min: 1, max: 9_999_999_999 })(input.varint(), 'segment');
    return { type, segment, bytes: Buffer.from(input.bytes(input.remaining)) };
  }
  const entries: [Buffer, Buffer][] = [];
  while (input.remaining > 0) {
    const key = Buffer.from(input.bytes(input.varint()));
    entries.push([key, Buffer.from(input.bytes(input.varint()))]);
  }
  return { type, entries };
}

async function within<T>(at: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof Malformed || error instanceof Error)
      throw broken(at, `a section cannot be read (${messageOf(error)})`, error);
    throw error;
  }
}

function broken(at: number, how: string, cause?: unknown): Failure {
  return new Failure('BAD_REQUEST', `the backup is damaged at byte ${at}: ${how}`, {
    path: `byte ${at}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

const whole = (at: number): Failure =>
  new Failure('BAD_REQUEST', `the backup ends at byte ${at}, before its end: it is not whole`, {
    path: `byte ${at}`,
  });
