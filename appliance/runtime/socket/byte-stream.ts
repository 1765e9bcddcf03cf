/** Many bytes from one daemon to another caller, no faster than the caller reads them. */
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { Failure } from '../errors.ts';
import { readBody } from './body.ts';
import { answeredFailure, connectionFailure } from './failure.ts';

/** A reader that takes nothing for so long is gone. */
const patienceMs = 60_000;
const answerTimeoutMs = 30_000;

/** The first piece is made before the answer begins, so that what fails at once is a proper failure. */
export async function sendBytes(
  pieces: AsyncIterable<Uint8Array>,
  response: ServerResponse,
  type: string,
  clock: Clock,
): Promise<void> {
  const from = pieces[Symbol.asyncIterator]();
  try {
    let next = await from.next();
    response.writeHead(200, { 'content-type': type, connection: 'close' });
    for (; next.done !== true; next = await from.next()) {
      if (response.destroyed) return;
      if (!response.write(next.value)) await drained(response, clock);
    }
    response.end();
  } finally {
    await from.return?.();
  }
}

function drained(response: ServerResponse, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      timer.stop();
      for (const event of ['drain', 'close']) response.off(event, done);
      resolve();
    };
    const timer = clock.after(patienceMs, () => response.destroy());
    for (const event of ['drain', 'close']) response.once(event, done);
    if (response.destroyed) done();
  });
}

/** The bytes of an answer as they come; a stream that breaks off throws. */
export async function* postForBytes(o: {
  socketPath: string;
  path: string;
  body: unknown;
  clock: Clock;
  signal?: AbortSignal;
}): AsyncGenerator<Uint8Array> {
  const { socketPath, path } = o;
  const body = Buffer.from(JSON.stringify(o.body));
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { socketPath, path, method: 'POST', headers, agent: false as const };
    const request = httpRequest({ ...options, ...(o.signal === undefined ? {} : { signal: o.signal }) });
    const silence = o.clock.after(answerTimeoutMs, () =>
      request.destroy(new Failure('TIMEOUT', `no answer from ${socketPath} to ${path}`)),
    );
    request.on('error', (error) => {
      silence.stop();
      reject(connectionFailure(socketPath, error));
    });
    request.on('response', (message) => {
      silence.stop();
      resolve(message);
    });
    request.end(body);
  });
  const status = response.statusCode ?? 0;
  if (status !== 200) throw answeredFailure(status, await readBody(response, 2 ** 16));
  try {
    yield* response;
  } catch (error) {
    throw connectionFailure(socketPath, error);
  } finally {
    response.destroy();
  }
}
