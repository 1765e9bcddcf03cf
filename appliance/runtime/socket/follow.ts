/** Follows a stream of lines across restarts of the other side. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Clock, Timer } from '../clock.ts';
import { Failure } from '../errors.ts';
import { readBody } from './body.ts';
import { answeredFailure, connectionFailure } from './failure.ts';
import { LineReader } from './lines.ts';

export type Follow = {
  onLine(value: unknown): void;
  onUp?(): void;
  onDown?(error: Failure): void;
};

const firstDelayMs = 100;
const longestDelayMs = 2000;
/** A connection that lived this long was a good one: the next attempt is soon again. */
const steadyMs = 2000;
const longestLine = 8 * 2 ** 20;
const answerTimeoutMs = 10_000;

export function follow(o: Follow & { socketPath: string; path: string; clock: Clock }): Timer {
  const stopped = new AbortController();
  let delayMs = firstDelayMs;
  let down = false;
  let retry: Timer | undefined;

  const attempt = () => {
    let upSinceMs: number | undefined;
    const end = (error: Failure) => {
      if (stopped.signal.aborted) return;
      if (upSinceMs !== undefined && o.clock.monotonicMs() - upSinceMs >= steadyMs) delayMs = firstDelayMs;
      retry = o.clock.after(delayMs, attempt);
      delayMs = Math.min(longestDelayMs, delayMs * 2);
      if (!down) {
        down = true;
        o.onDown?.(error);
      }
    };
    const up = () => {
      upSinceMs = o.clock.monotonicMs();
      down = false;
      o.onUp?.();
    };
    connectOnce(o, stopped.signal, up, end);
  };
  attempt();
  return {
    stop() {
      stopped.abort();
      retry?.stop();
    },
  };
}

/** Calls up at most once, then end exactly once; neither after the stop. */
function connectOnce(
  o: { socketPath: string; path: string; clock: Clock; onLine(value: unknown): void },
  stopped: AbortSignal,
  up: () => void,
  end: (error: Failure) => void,
): void {
  const { socketPath, path } = o;
  const request = httpRequest({ socketPath, path, agent: false });
  const abort = () => request.destroy();
  stopped.addEventListener('abort', abort, { once: true });
  const silence = o.clock.after(answerTimeoutMs, () => {
    request.destroy(
      new Failure('TIMEOUT', `no answer from ${socketPath} to ${path} within ${answerTimeoutMs} ms`),
    );
  });
  let ended = false;
  const finish = (error: unknown) => {
    if (ended) return;
    ended = true;
    silence.stop();
    stopped.removeEventListener('abort', abort);
    request.destroy();
    end(connectionFailure(socketPath, error));
  };
  request.on('error', finish);
  request.on('response', (response) => {
    silence.stop();
    if (stopped.aborted) return;
    if (response.statusCode !== 200) return void refused(response).then(finish, finish);
    readLines(response, o.onLine, stopped, finish);
    up();
  });
  request.end();
}

function readLines(
  response: IncomingMessage,
  onLine: (value: unknown) => void,
  stopped: AbortSignal,
  finish: (error: unknown) => void,
): void {
  const reader = new LineReader(longestLine);
  const push = (chunk: Uint8Array): unknown[] => {
    try {
      return reader.push(chunk);
    } catch (error) {
      response.removeAllListeners('data');
      finish(error);
      return [];
    }
  };
  response.on('data', (chunk: Buffer) => {
    for (const value of push(chunk)) if (!stopped.aborted) onLine(value);
  });
  response.on('error', finish);
  response.on('close', () => finish(new Failure('UNAVAILABLE', 'the other side ended the stream')));
}

async function refused(response: IncomingMessage): Promise<Failure> {
  return answeredFailure(response.statusCode ?? 0, await readBody(response, 2 ** 16));
}
