/** Stands before every route, also those that do not exist: foreign host names, foreign sites, strict headers. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Audit } from './audit.ts';
import type { Counters } from './counters.ts';
import { type App, addressOf } from './fastify.ts';
import type { Hosts } from './hosts.ts';
import { Refusal } from './refusal.ts';

/** No script, style or frame but our own files; nothing inline. Pictures may also be made by the page itself. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
} as const;

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];
const methodsWithBody = ['POST', 'PUT', 'PATCH'];

export function guard(app: App, o: { hosts: Hosts; audit: Audit; counters: Counters }): void {
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers(securityHeaders);
    if (namesHostTwice(request)) return reply.code(400).send();
    if (!o.hosts.allows(request.headers.host, request.socket.localAddress)) return reply.code(421).send();
    if (safeMethods.includes(request.method)) return;
    const foreign = foreignOriginOf(request);
    if (foreign !== null) {
      o.counters.count('foreign_requests');
      await o.audit.refused('request.foreign', 'unknown', addressOf(request), { origin: foreign });
      throw new Refusal('FORBIDDEN', 'foreignOrigin');
    }
    const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
    if (methodsWithBody.includes(request.method) && type !== 'application/json')
      throw new Refusal('FORBIDDEN', 'jsonOnly');
  });
}

/** RFC 9112, 3.2: of two names, each reader could believe another one. */
function namesHostTwice({ raw }: FastifyRequest): boolean {
  return raw.rawHeaders.filter((text, index) => index % 2 === 0 && /^host$/i.test(text)).length > 1;
}

/**
 * The site that made a browser send this, null if it is our own page. Every browser names it in one of these headers;
 * a program that sends neither has no person's cookies to misuse. Nor has one with a token: no site can make a browser
 * send that header without our leave, and with it no cookie counts.
 */
function foreignOriginOf({ headers }: FastifyRequest): string | null {
  const { origin } = headers;
  if (headers.authorization !== undefined) return null;
  if (origin !== undefined && origin.toLowerCase() !== `https://${headers.host?.toLowerCase()}`)
    return origin;
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' ? null : (origin ?? `site: ${String(site)}`);
}
