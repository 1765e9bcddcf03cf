/** The https server: guard, sessions, REST interface, page, and one shape for every error. */
import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import fastify, { type FastifyReply, type FastifyRequest, type FastifyServerOptions } from 'fastify';
import { messageOf } from '../runtime/errors.ts';
import { type Log, limited } from '../runtime/log.ts';
import { callerFrom, permit } from './access.ts';
import type { Audit } from './audit.ts';
import type { PageCertificate } from './certificate.ts';
import { compressAnswers } from './compress.ts';
import type { Counters } from './counters.ts';
import { type App, addressOf } from './fastify.ts';
import type { Gate } from './gate.ts';
import { serveGet } from './get/routes.ts';
import { guard, securityHeaders } from './guard.ts';
import type { Hosts } from './hosts.ts';
import { readJsonBodies } from './json-body.ts';
import { languageOf } from './language.ts';
import type { WebLimits } from './limits.ts';
import { createDescription } from './openapi.ts';
import { sendMissingPage, servePages } from './pages.ts';
import { answerOf, Refusal } from './refusal.ts';
import { addRoutes } from './routes/index.ts';
import type { ApiParts } from './routes/parts.ts';
import { serveSecurityText } from './security-text.ts';
import { compileValidator } from './validate.ts';

const apiPrefix = '/api/v1';

export type AppParts = ApiParts & {
  hosts: Hosts;
  gate: Gate;
  audit: Audit;
  counters: Counters;
  securityContact: string;
  assetsDir: string;
  log: Log;
};

export async function createApp(parts: AppParts): Promise<App> {
  const { certificates, counters, gate, limits } = parts;
  const log = limited(parts.log, 60_000, parts.clock);
  const app = bareApp(limits, tlsOf(certificates.serving()));
  // Whoever connects from now on sees the other certificate; nobody who is connected is cut off.
  certificates.onChange((serving) => app.server.setSecureContext(tlsOf(serving)));
  gate.guard(app.server, { handshakes: true });
  app.server.on('tlsClientError', () => counters.count('handshakes_failed'));
  app.decorateRequest('caller', null);
  app.addHook('onResponse', async (_request, reply) => counters.countAnswer(reply.statusCode));
  guard(app, parts);
  readJsonBodies(app, limits);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, log));
  app.setNotFoundHandler((request, reply) => {
    if (request.url.startsWith('/api/')) throw new Refusal('NOT_FOUND', 'notFound');
    return sendMissingPage(request, reply, parts.assetsDir);
  });
  const description = createDescription({
    prefix: apiPrefix,
    bare: () => bareApp(limits, {}),
    addRoutes: (api) => addRoutes(api, parts),
  });
  await app.register(async (scope) => addApi(scope as unknown as App, parts, description), {
    prefix: apiPrefix,
  });
  serveSecurityText(app, parts);
  serveGet(app, parts.get, parts);
  servePages(app, parts.assetsDir);
  await app.ready();
  return app;
}

type CompilersFactory = NonNullable<
  NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']
>;
const ownCompilers: unknown = {
  buildValidator: () => compileValidator,
  buildSerializer: () => () => JSON.stringify,
};

const tlsOf = ({ key, certificate }: PageCertificate) => ({
  key,
  cert: certificate,
  minVersion: 'TLSv1.2' as const,
  // A handshake in an open connection costs what a new one does, and passes the gate.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
});

/** fastify without its own logger, validator and serializer: each would stay in memory for nothing. */
function bareApp(limits: WebLimits, tls: { key?: string; cert?: string }): App {
  return fastify({
    https: {
      ...tls,
      handshakeTimeout: limits.handshakeMs,
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: 1_000,
    },
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionTimeout: limits.silenceMs,
    bodyLimit: limits.bodyBytes,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    logger: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 128 },
    schemaController: { compilersFactory: ownCompilers as CompilersFactory },
    frameworkErrors: (_error, _request, reply) =>
      void (reply as FastifyReply).headers(securityHeaders).code(400).send(),
    clientErrorHandler: refuseConnection,
  }) as unknown as App;
}

/** Before a request is understood. What failed in TLS cannot be answered, and must not be waited for. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  const { code = '' } = error;
  if (!socket.writable || !(code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT')) {
    socket.destroy();
    return;
  }
  const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  socket.end(`HTTP/1.1 ${status} \r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

function addApi(api: App, parts: AppParts, description: () => Promise<object>): void {
  api.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const { config, method, url = '' } = request.routeOptions;
    const route = `${String(method)} ${url.slice(apiPrefix.length)}`;
    const from = addressOf(request);
    try {
      request.caller = await callerFrom(request, { ...parts, quiet: config.quiet === true });
    } catch (error) {
      if (error instanceof Refusal && error.text === 'badToken') {
        parts.counters.count('tokens_refused');
        await parts.audit.refused('token.refused', 'unknown', from);
      }
      throw error;
    }
    try {
      permit(route, request.caller);
    } catch (error) {
      if (request.caller !== null)
        await parts.audit.refused('request.forbidden', request.caller.name, from, {
          request: route,
        });
      throw error;
    }
  });
  compressAnswers(api);
  addRoutes(api, parts);
  api.get('/openapi.json', { schema: { hide: true } }, () => description());
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const answer = answerOf(error, languageOf(request.headers['accept-language']));
  if (answer.status >= 500 && answer.body.error.code === 'INTERNAL')
    log.error('a request failed', {
      method: request.method,
      route: request.routeOptions.url,
      error: messageOf(error),
    });
  if (answer.retryAfterS !== undefined) reply.header('retry-after', answer.retryAfterS);
  // RFC 9110, 15.5.2: a 401 says by which means one may come in. Browsers ask nobody for a bearer token.
  if (answer.status === 401) reply.header('www-authenticate', 'Bearer');
  reply.header('cache-control', 'no-store').header('vary', 'accept-language');
  return reply.code(answer.status).type('application/json; charset=utf-8').send(answer.body);
}
