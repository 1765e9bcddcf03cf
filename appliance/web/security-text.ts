/** /.well-known/security.txt (RFC 9116): whom to tell about a weakness. No address is invented: see Contact. */
import type { Clock } from '../runtime/clock.ts';
import type { App } from './fastify.ts';

const validForMs = 90 * 86_400_000;

/** Without an address of the owner's own, the box points to its page, which says whom to ask. */
export function securityText(o: { contact: string; host: string; nowMs: number }): string {
  const expires = new Date(o.nowMs + validForMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const own = `https://${o.host}/privacy`;
  const lines = [
    `Contact: ${o.contact === '' ? own : o.contact}`,
    `Expires: ${expires}`,
    'Preferred-Languages: en, fr',
    `Canonical: https://${o.host}/.well-known/security.txt`,
    `Policy: ${own}`,
  ];
  return `${lines.join('\n')}\n`;
}

export function serveSecurityText(app: App, o: { securityContact: string; clock: Clock }): void {
  app.get('/.well-known/security.txt', { schema: { hide: true } }, (request, reply) => {
    const host = request.headers.host ?? 'localhost';
    const text = securityText({ contact: o.securityContact, host, nowMs: o.clock.wallMs() });
    return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache').send(text);
  });
}
