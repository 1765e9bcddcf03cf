/** The http port: sends browsers on to https and says nothing else. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Gate } from './gate.ts';
import { securityHeaders } from './guard.ts';
import { type Hosts, hostName } from './hosts.ts';
import type { WebLimits } from './limits.ts';

export function createRedirect(o: {
  hosts: Hosts;
  gate: Gate;
  limits: WebLimits;
  httpsPort: () => number;
}): Server {
  const { limits } = o;
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => answer(request, response, o),
  );
  server.setTimeout(limits.silenceMs);
  server.on('clientError', (_error, socket) => socket.destroy());
  o.gate.guard(server);
  return server;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { hosts, httpsPort }: { hosts: Hosts; httpsPort: () => number },
): void {
  const { host } = request.headers;
  // Nothing is read from a request without encryption: its body would have been on the network already.
  const headers = { ...securityHeaders, 'cache-control': 'no-store', connection: 'close' };
  const end = (status: number, more: Record<string, string> = {}) =>
    response.writeHead(status, { ...headers, ...more, 'content-length': '0' }).end();
  if (!hosts.allows(host, request.socket.localAddress)) return void end(421);
  if (request.method !== 'GET' && request.method !== 'HEAD') return void end(405, { allow: 'GET, HEAD' });
  const name = hostName(host) ?? 'localhost';
  const port = httpsPort() === 443 ? '' : `:${httpsPort()}`;
  const path = request.url?.startsWith('/') ? request.url : '/';
  // 307: the port may differ tomorrow, and browsers keep a permanent redirect for ever.
  end(307, { location: `https://${name.includes(':') ? `[${name}]` : name}${port}${path}` });
}
