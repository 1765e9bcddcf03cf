/** Reads the body of an HTTP message into memory, up to a limit. */
import type { IncomingMessage } from 'node:http';
import { Failure, messageOf } from '../errors.ts';

export function readBody(message: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = () => {
      message.removeAllListeners('data');
      message.pause();
      reject(new Failure('TOO_LARGE', `the body is larger than ${limit} bytes`));
    };
    if (Number(message.headers['content-length'] ?? 0) > limit) return refuse();
    message.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) refuse();
      else chunks.push(chunk);
    });
    message.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length)),
    );
    message.on('error', (error) => reject(new Failure('CLOSED', messageOf(error), { cause: error })));
    message.on('close', () => {
      // After the end of each body as well: a failure that nobody looks at costs as much as a small answer.
      if (!message.complete) reject(new Failure('CLOSED', 'the body broke off'));
    });
  });
}
