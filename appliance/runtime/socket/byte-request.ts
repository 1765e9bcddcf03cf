/** Many bytes from another daemon, taken no faster than they are used. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import { Failure } from '../errors.ts';
import { readBody } from './body.ts';
import { answeredFailure, connectionFailure } from './failure.ts';

const answerTimeoutMs = 30_000;

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
