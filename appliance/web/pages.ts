/** The built page: its files as they are, index.html for its addresses, and a page for addresses that nobody has. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fastifyStatic } from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './fastify.ts';
import { languageOf } from './language.ts';
import { textOf } from './texts.table.ts';

/** The same addresses as the page's own router knows. */
const addresses = [
  ...['/', '/machines', '/machines/:machine', '/waiting', '/journal', '/panel', '/about'],
  ...['/account', '/people', '/programs', '/enrolment', '/certificate', '/privacy'],
  ...['/recovery', '/invitation', '/devices'],
  ...['incidents', 'rules', 'timetables', 'channels', 'probes'].flatMap((noun) => [
    `/${noun}`,
    `/${noun}/:id`,
  ]),
];

/** esbuild puts a hash of the content into these names: what they name never changes. */
const hashed = /-[A-Z0-9]{8}\.[a-z0-9]+(?:\.(?:br|gz))?$/;

export const pageIsBuilt = (assetsDir: string): boolean => existsSync(join(assetsDir, 'index.html'));

export function servePages(app: App, assetsDir: string): void {
  if (!pageIsBuilt(assetsDir)) return;
  app.register(fastifyStatic, {
    root: assetsDir,
    index: false,
    dotfiles: 'ignore',
    preCompressed: true,
    cacheControl: false,
    schemaHide: true,
    allowedPath: (path) => !/[\\\0]/.test(path) && path !== '/index.html',
    setHeaders: (reply, path) => {
      reply.header('cache-control', hashed.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  for (const url of addresses)
    app.route({
      method: ['GET', 'HEAD'],
      url,
      handler: (_request, reply) => reply.sendFile('index.html'),
    });
}

/** The page itself says best that there is nothing, in its own looks; without it a few words must do. */
export function sendMissingPage(
  request: FastifyRequest,
  reply: FastifyReply,
  assetsDir: string,
): FastifyReply {
  if (pageIsBuilt(assetsDir)) return reply.code(404).sendFile('index.html');
  const language = languageOf(request.headers['accept-language']);
  const text = (key: Parameters<typeof textOf>[1]) => textOf(language, key);
  return reply
    .code(404)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('vary', 'accept-language')
    .send(`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text('pageTitle')} · NetMonitor</title></head>
<body><main><h1>${text('pageTitle')}</h1><p>${text('notFound')}</p><p><a href="/">${text('pageHome')}</a></p></main></body>
</html>
`);
}
