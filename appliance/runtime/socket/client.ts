/** Speaks to another daemon of this machine over its unix socket; whatever goes wrong becomes a Failure. */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { type Clock, systemClock, type Timer } from '../clock.ts';
import { Failure, messageOf } from '../errors.ts';
import { readBody } from './body.ts';
import { postForBytes } from './byte-request.ts';
import { answeredFailure, connectionFailure, tryParse } from './failure.ts';
import { type Follow, follow } from './follow.ts';
import { socketAddress } from './path.ts';

export type CallOptions = {
  query?: Query;
  signal?: AbortSignal;
  /** Until the whole answer is there; 10 s. */
  timeoutMs?: number;
};
export type Query = Record<string, string | number | readonly string[] | undefined>;

export interface LocalClient {
  get(path: string, o?: CallOptions): Promise<unknown>;
  post(path: string, body?: unknown, o?: CallOptions): Promise<unknown>;
  put(path: string, body?: unknown, o?: CallOptions): Promise<unknown>;
  patch(path: string, body?: unknown, o?: CallOptions): Promise<unknown>;
  delete(path: string, o?: CallOptions): Promise<unknown>;
  postBytes(path: string, body: Uint8Array, o?: CallOptions): Promise<unknown>;
  getBytes(path: string, o?: CallOptions): Promise<Uint8Array>;
  /** The bytes of an answer of any size, as fast as they are taken. */
  postForBytes(path: string, body: unknown, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * Reads a stream of lines and connects again, after 100 ms up to 2 s, until stopped. onUp at each beginning,
   * onDown once for each time that it is away (also when it was never there).
   */
  follow(path: string, o: Follow & { query?: Query }): Timer;
  close(): void;
}

type Call = {
  method: string;
  path: string;
  body?: Uint8Array;
  type?: string;
  options: CallOptions | undefined;
};

const largestAnswer = 64 * 2 ** 20;

export function createLocalClient(o: { path: string; clock?: Clock }): LocalClient {
  const socketPath = socketAddress(o.path);
  const clock = o.clock ?? systemClock;
  const agent = new Agent({ keepAlive: true, maxSockets: 16, maxFreeSockets: 2 });
  const followed = new Set<Timer>();
  const ended = new AbortController();
  const call = async (
    method: string,
    path: string,
    options?: CallOptions,
    body?: Uint8Array,
    type?: string,
  ) => {
    const one: Call = { method, path, options, ...(body ? { body } : {}), ...(type ? { type } : {}) };
    return perform(socketPath, agent, clock, ended.signal, one);
  };
  const json = async (method: string, path: string, options?: CallOptions, body?: unknown) => {
    if (body === undefined) return parse(await call(method, path, options));
    return parse(await call(method, path, options, encode(body), 'application/json'));
  };
  return {
    get: (path, options) => json('GET', path, options),
    post: (path, body, options) => json('POST', path, options, body),
    put: (path, body, options) => json('PUT', path, options, body),
    patch: (path, body, options) => json('PATCH', path, options, body),
    delete: (path, options) => json('DELETE', path, options),
    postBytes: async (path, body, options) =>
      parse(await call('POST', path, options, body, 'application/octet-stream')),
    getBytes: (path, options) => call('GET', path, options),
    postForBytes: (path, body, signal) =>
      postForBytes({
        ...{ socketPath, path, body, clock },
        signal: signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]),
      }),
    follow(path, { query, ...on }) {
      const timer = follow({ socketPath, path: withQuery(path, query), clock, ...on });
      followed.add(timer);
      return {
        stop() {
          followed.delete(timer);
          timer.stop();
        },
      };
    },
    close() {
      ended.abort();
      for (const timer of followed) timer.stop();
      followed.clear();
      agent.destroy();
    },
  };
}

async function perform(
  socketPath: string,
  agent: Agent,
  clock: Clock,
  ended: AbortSignal,
  call: Call,
): Promise<Uint8Array> {
  const { signal, timeoutMs = 10_000, query } = call.options ?? {};
  const stop = new AbortController();
  const cancel = () => stop.abort(new Failure('CLOSED', `the request to ${call.path} was given up`));
  const timer = clock.after(timeoutMs, () => {
    stop.abort(new Failure('TIMEOUT', `no answer from ${socketPath} to ${call.path} within ${timeoutMs} ms`));
  });
  for (const one of [signal, ended]) {
    if (one?.aborted) cancel();
    one?.addEventListener('abort', cancel);
  }
  try {
    stop.signal.throwIfAborted();
    return await exchange(socketPath, agent, { ...call, path: withQuery(call.path, query) }, stop.signal);
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : connectionFailure(socketPath, error);
  } finally {
    timer.stop();
    for (const one of [signal, ended]) one?.removeEventListener('abort', cancel);
  }
}

/** A pooled connection may have been closed by the other side just now; asking again is safe for GET only. */
async function exchange(
  socketPath: string,
  agent: Agent,
  call: Call,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    return await exchangeOnce(socketPath, agent, call, signal);
  } catch (error) {
    if (!(error instanceof StaleConnection) || call.method !== 'GET' || signal.aborted) throw error;
    return exchangeOnce(socketPath, agent, call, signal);
  }
}

class StaleConnection extends Error {}

function exchangeOnce(
  socketPath: string,
  agent: Agent,
  call: Call,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string | number> = { 'content-length': call.body?.byteLength ?? 0 };
    if (call.type !== undefined) headers['content-type'] = call.type;
    const { method, path } = call;
    const request = httpRequest({ socketPath, agent, method, path, headers, signal });
    request.on('error', (error) =>
      reject(request.reusedSocket ? new StaleConnection(messageOf(error), { cause: error }) : error),
    );
    request.on('response', (response) => resolve(receive(response)));
    request.end(call.body);
  });
}

async function receive(response: IncomingMessage): Promise<Uint8Array> {
  const body = await readBody(response, largestAnswer);
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) throw answeredFailure(status, body);
  return body;
}

function withQuery(path: string, query: Query | undefined): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [value]) search.append(key, String(one));
  }
  return search.size > 0 ? `${path}?${search}` : path;
}

function encode(body: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(body));
}

function parse(body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
  const value = tryParse(body);
  if (value === undefined) throw new Failure('INTERNAL', 'the answer is not JSON');
  return value;
}
