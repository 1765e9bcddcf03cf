/** Serves the built page over HTTPS with web's own headers, and REST and live answers of a made-up box. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { makeKeyPair } from '../../appliance/runtime/key-pair.ts';
import { compressAnswer } from '../../appliance/web/compress.ts';
import { securityHeaders } from '../../appliance/web/guard.ts';
import { answer } from './page-answers.ts';
import type { Box } from './page-box.ts';

export type PageServer = {
  url: string;
  /** Tells every open live stream. */
  push(event: string, data: unknown): void;
  streams(): number;
  /** While it is away, REST says 503 and live streams are refused; open ones are cut at once. */
  away(is: boolean): void;
  /** `POST /api/v1/panel/press {"kind":"hold"}` and so on, in order. */
  requests: string[];
  /** Bytes of the bodies sent, by path, compressed as web compresses them. */
  sent: Map<string, number>;
  close(): Promise<void>;
};

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export async function startPageServer(o: { pageDir: string; box: Box }): Promise<PageServer> {
  const { pageDir, box } = o;
  const streams = new Set<ServerResponse>();
  const requests: string[] = [];
  const sent = new Map<string, number>();
  let gone = false;
  const pem = makeKeyPair({ commonName: 'netmonitor', dnsNames: ['localhost'] });

  const count = (path: string, bytes: number): void => {
    sent.set(path, (sent.get(path) ?? 0) + bytes);
  };
  const reply = (response: ServerResponse, status: number, body: Uint8Array | string, headers = {}): void => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    response.writeHead(status, headers).end(body);
  };
  const file = async (path: string, response: ServerResponse): Promise<void> => {
    const name = /^\/assets\/[\w.-]+$/.test(path) ? normalize(path) : '/index.html';
    const bytes = await readFile(join(pageDir, `${name}.br`));
    count(path, bytes.length);
    reply(response, 200, bytes, { 'content-type': types[extname(name)], 'content-encoding': 'br' });
  };
  const live = (response: ServerResponse): void => {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.write('retry: 2000\n\n');
    for (const source of ['store', 'ingest', 'watch', 'display'])
      response.write(eventText('fresh', { source }));
    response.write(eventText('waiting', { waiting: box.waiting }));
    response.write(eventText('panel', box.frame));
    streams.add(response);
    response.once('close', () => streams.delete(response));
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'https://box');
    if (!url.pathname.startsWith('/api/v1/')) return await file(url.pathname, response);
    const body = await bodyOf(request);
    requests.push(
      `${request.method} ${url.pathname}${url.search}${body === null ? '' : ` ${JSON.stringify(body)}`}`,
    );
    const json = { 'content-type': 'application/json; charset=utf-8' };
    const away = {
      error: { code: 'UNAVAILABLE', message: 'A part of the box does not answer at the moment.' },
    };
    if (gone) return reply(response, 503, JSON.stringify(away), json);
    const path = url.pathname.slice('/api/v1'.length);
    if (path === '/live' && box.state === 'signed-in') return live(response);
    const { status, value } = answer(box, request.method ?? 'GET', path, url.searchParams, body);
    const text = value === undefined ? '' : JSON.stringify(value);
    const short = await compressAnswer(request.url ?? '', request.headers['accept-encoding'], text);
    count(url.pathname, short?.bytes.length ?? Buffer.byteLength(text));
    reply(response, status, short?.bytes ?? text, {
      ...json,
      ...(short === null ? {} : { 'content-encoding': short.encoding }),
    });
  };
  const server = createServer({ key: pem, cert: pem }, (request, response) => {
    handle(request, response).catch((error: unknown) => reply(response, 500, String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    push(event, data) {
      for (const stream of streams) stream.write(eventText(event, data));
    },
    streams: () => streams.size,
    away(is) {
      gone = is;
      if (is) for (const stream of streams) stream.destroy();
    },
    requests,
    sent,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function eventText(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text === '' ? null : (JSON.parse(text) as Record<string, unknown>);
}
