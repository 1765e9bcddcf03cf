/** Who I am, the ways in, and the way out. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { version } from '../../runtime/version.ts';
import { clearCookie, readKnownCookie, setCookie, setKnownCookie } from '../cookie.ts';
import { type App, addressOf, sessionOf } from '../fastify.ts';
import { languageOf } from '../language.ts';
import { codeCredentials, credentials, nothing, sessionState } from '../schemas.ts';
import type { Admitted, Visitor } from '../sign-in.ts';
import type { ApiParts } from './parts.ts';

const tags = ['session'];

export function sessionRoutes(app: App, { signIn, sessions, boxName, certificates }: ApiParts): void {
  app.get(
    '/session',
    {
      schema: {
        tags,
        summary: 'Who I am',
        description: 'first: nobody has set a password yet.',
        response: { 200: sessionState },
      },
    },
    async (request) => {
      const { caller } = request;
      const { fingerprint, certificateFingerprint: certificate } = certificates.serving();
      const about = {
        box: { name: boxName(), version, fingerprint, certificate },
        language: languageOf(request.headers['accept-language']),
      };
      if (caller)
        return { state: 'signed-in' as const, user: { name: caller.name, role: caller.role }, ...about };
      return { state: (await signIn.isFirst()) ? ('first' as const) : ('signed-out' as const), ...about };
    },
  );

  /** A new session is never the old one: what another had put into this browser opens nothing. */
  async function letIn(
    request: FastifyRequest,
    reply: FastifyReply,
    admitted: Admitted,
  ): Promise<FastifyReply> {
    if (request.caller) await sessions.close(request.caller.id);
    return sendCookies(reply, admitted).code(204).send();
  }

  app.post(
    '/session/first',
    {
      schema: {
        tags,
        summary: 'Set the first password',
        description: "With the code on the box's screen. Signs in.",
        body: codeCredentials,
        response: { 204: nothing },
      },
    },
    async (request, reply) => letIn(request, reply, await signIn.first(request.body, visitorOf(request))),
  );

  app.post(
    '/session/invitation',
    {
      schema: {
        tags,
        summary: 'Follow an invitation',
        description: 'With the name and the code that an admin was told. Sets the password and signs in.',
        body: codeCredentials,
        response: { 204: nothing },
      },
    },
    async (request, reply) =>
      letIn(request, reply, await signIn.withInvitation(request.body, visitorOf(request))),
  );

  app.post(
    '/session/recovery',
    {
      schema: {
        tags,
        summary: 'Set the password of an admin anew',
        description:
          "With the code that the box's screen shows after its button was held for ten seconds. Signs nobody in.",
        body: codeCredentials,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await signIn.recover(request.body, visitorOf(request));
      return reply.header('set-cookie', clearCookie()).code(204).send();
    },
  );

  app.post(
    '/session',
    { schema: { tags, summary: 'Sign in', body: credentials, response: { 204: nothing } } },
    async (request, reply) =>
      letIn(request, reply, await signIn.withPassword(request.body, visitorOf(request))),
  );

  app.delete(
    '/session',
    { schema: { tags, summary: 'Sign out', response: { 204: nothing } } },
    async (request, reply) => {
      await signIn.out(sessionOf(request));
      return reply.header('set-cookie', clearCookie()).code(204).send();
    },
  );
}

export function visitorOf(request: FastifyRequest): Visitor {
  const { cookie, 'user-agent': browser = '' } = request.headers;
  return { from: addressOf(request), browser, mark: readKnownCookie(cookie) };
}

export function sendCookies(reply: FastifyReply, { token, mark }: Admitted): FastifyReply {
  const cookies = [setCookie(token), ...(mark === null ? [] : [setKnownCookie(mark)])];
  return reply.header('set-cookie', cookies);
}
