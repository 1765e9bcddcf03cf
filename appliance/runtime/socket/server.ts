/** What a daemon offers to the others of its machine: HTTP on a unix socket, answers in JSON, streams of lines. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { systemClock } from '../clock.ts';
import { chmod } from '../disk.ts';
import { Failure, httpStatusOf, messageOf } from '../errors.ts';
import { listen } from '../listen.ts';
import { type Log, limited } from '../log.ts';
import type { Part } from '../parts.ts';
import { readBody } from './body.ts';
import { sendBytes } from './byte-stream.ts';
import { createFrameServers, type FrameServers, type Frames } from './frames.ts';
import { createLateHttp } from './late-http.ts';
import { checkSocketPath, clearStaleSocket, socketAddress } from './path.ts';
import { createRouter } from './routes.ts';
import { createStreams, type Lines, type Streams } from './stream.ts';

export type { Lines } from './stream.ts';

export type LocalRequest = {
  params: Record<string, string>;
  query: URLSearchParams;
  /** The parsed body, undefined when there is none. Throws TOO_LARGE beyond the limit (1 MiB). */
  json(limit?: number): Promise<unknown>;
  /** The body as it came. Throws TOO_LARGE beyond the limit (8 MiB). */
  bytes(limit?: number): Promise<Uint8Array>;
  /** Aborted when the caller goes away before it has its answer. */
  signal: AbortSignal;
};

export type Reply =
  | { status?: number; json?: unknown }
  | { status?: number; bytes: Uint8Array; type: string }
  | { stream: AsyncIterable<Uint8Array>; type: string }
  | { lines(out: Lines): void | Promise<void> }
  /** To a caller that asked for an upgrade. */
  | { frames: Frames };

export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  handle(request: LocalRequest): Promise<Reply> | Reply;
};

/** Generous for six daemons and a person with curl; a stranger on the machine cannot use up our descriptors. */
const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 30_000,
};
const mostConnections = 128;
const closeGraceMs = 1000;

export function createLocalServer(o: {
  path: string;
  routes: readonly Route[];
  log: Log;
  mode?: number;
}): Part {
  const route = createRouter(o.routes);
  const log = limited(o.log, 60_000);
  const streams = createStreams(log);
  const frames = createFrameServers(log);
  const http = createLateHttp({
    options: limits,
    serve(request, response) {
      answer({ route, streams, log }, request, response).catch((error: unknown) => {
        log.error('an answer broke off', { error: messageOf(error), url: request.url });
        response.destroy();
      });
    },
    onUpgrade(request, socket, head) {
      upgrade({ route, frames, log }, request, socket, head).catch((error: unknown) => {
        log.error('an upgrade broke off', { error: messageOf(error), url: request.url });
        socket.destroy();
      });
    },
    onBroken(error, socket) {
      log.warn('closed a connection that does not speak HTTP', { error: messageOf(error) });
      socket.destroy();
    },
  });
  http.socket.maxConnections = mostConnections;
  http.socket.on('drop', () =>
    log.warn('refused a connection: too many are open', { most: mostConnections }),
  );
  return {
    name: 'local socket',
    async start(signal) {
      const address = socketAddress(o.path);
      const isFile = address === o.path;
      if (isFile) {
        checkSocketPath(o.path);
        await clearStaleSocket(o.path);
      }
      signal.throwIfAborted();
      await listen(http.socket, { path: address });
      if (isFile) await chmod(o.path, o.mode ?? 0o660);
    },
    stop() {
      const closed = http.close(closeGraceMs);
      streams.end();
      frames.end();
      return closed;
    },
  };
}

type Here = { route: ReturnType<typeof createRouter<Route>>; streams: Streams; log: Log };

async function answer(here: Here, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    const url = parseUrl(request.url ?? '');
    const routed = here.route(request.method ?? '', url.pathname);
    const reply = await routed.route.handle({
      params: routed.params,
      query: url.searchParams,
      json: async (limit = 2 ** 20) => parseBody(await readBody(request, limit)),
      bytes: (limit = 2 ** 23) => readBody(request, limit),
      signal: gone.signal,
    });
    await send(reply, request, response, here.streams);
  } catch (error) {
    sendError(error, request, response, here.log);
  }
}

async function upgrade(
  here: { route: Here['route']; frames: FrameServers; log: Log },
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  try {
    const url = parseUrl(request.url ?? '');
    const { route, params } = here.route(request.method ?? '', url.pathname);
    const nothing = () => Promise.reject(new Failure('BAD_REQUEST', 'an upgrade has no body'));
    const { signal } = new AbortController();
    const reply = await route.handle({
      params,
      query: url.searchParams,
      json: nothing,
      bytes: nothing,
      signal,
    });
    if (!('frames' in reply)) throw new Failure('BAD_REQUEST', `${url.pathname} does not speak in frames`);
    here.frames.serve(reply.frames, request, socket, head);
  } catch (error) {
    const failure =
      error instanceof Failure ? error : new Failure('INTERNAL', 'something went wrong here: see the log');
    if (failure !== error) here.log.error('an upgrade failed', { url: request.url, error: messageOf(error) });
    here.frames.refuse(failure, socket);
  }
}

async function send(
  reply: Reply,
  request: IncomingMessage,
  response: ServerResponse,
  streams: Streams,
): Promise<void> {
  if ('lines' in reply) return streams.send(reply.lines, request, response);
  if ('stream' in reply) return sendBytes(reply.stream, response, reply.type, systemClock);
  if ('frames' in reply) throw new Failure('BAD_REQUEST', 'frames come after an upgrade only');
  discardBody(request, response);
  if ('bytes' in reply) return finish(response, reply.status ?? 200, reply.type, reply.bytes);
  if (reply.json === undefined) return finish(response, reply.status ?? 204);
  finish(response, reply.status ?? 200, 'application/json', Buffer.from(JSON.stringify(reply.json)));
}

function sendError(error: unknown, request: IncomingMessage, response: ServerResponse, log: Log): void {
  const failure =
    error instanceof Failure ? error : new Failure('INTERNAL', 'something went wrong here: see the log');
  if (failure !== error) {
    const trace = error instanceof Error ? error.stack : undefined;
    log.error('a request failed', {
      method: request.method,
      url: request.url,
      error: messageOf(error),
      trace,
    });
  }
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  discardBody(request, response);
  const { code, message, path, texts } = failure;
  const body = Buffer.from(JSON.stringify({ error: { code, message, path, texts } }));
  finish(response, httpStatusOf(code), 'application/json', body);
}

function finish(response: ServerResponse, status: number, type?: string, body?: Uint8Array): void {
  response.statusCode = status;
  if (type !== undefined) response.setHeader('content-type', type);
  if (body) response.setHeader('content-length', body.byteLength);
  response.end(body);
}

/** A body that nobody read would be taken for the next request, so the connection ends with this answer. */
function discardBody(request: IncomingMessage, response: ServerResponse): void {
  if (!request.complete) response.setHeader('connection', 'close');
}

function parseUrl(target: string): URL {
  const url = target.startsWith('/') ? URL.parse(`http://local${target}`) : null;
  if (!url) throw new Failure('BAD_REQUEST', 'the request has no valid address');
  return url;
}

function parseBody(body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new Failure('BAD_REQUEST', 'the body is not JSON', { cause: error });
  }
}
