/** Bytes made small: by Node's own gzip, or by xz, which Node does not know. */
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { StepError } from '../step.ts';

/** `none` is for tests, which have no minute for it. */
export type Compression = 'gz' | 'xz' | 'none';

export async function compress(parts: Iterable<Uint8Array>, by: Compression): Promise<Uint8Array> {
  if (by === 'xz') return byXz(parts);
  if (by === 'none') return Buffer.concat([...parts]);
  const gzip = createGzip({ level: 9 });
  const [packed] = await Promise.all([collect(gzip), pipeline(Readable.from(parts), gzip)]);
  return packed;
}

/** One thread and a plain check sum: the same bytes on every machine, and small unpackers understand them. */
async function byXz(parts: Iterable<Uint8Array>): Promise<Uint8Array> {
  const child = spawn('xz', ['-6', '--threads=1', '--check=crc32', '--stdout'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', () =>
      reject(new StepError('xz is not found. On Debian: sudo apt-get install xz-utils')),
    );
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new StepError(`xz ended with ${String(code)}.`)),
    );
  });
  // What is wrong with the pipe is what `ended` says.
  const fed = pipeline(Readable.from(parts), child.stdin).catch(() => undefined);
  const [packed] = await Promise.all([collect(child.stdout), ended, fed]);
  return packed;
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
