/** Who I am, signing in and out. */
import { version } from '../../runtime/version.ts';
import { clearCookie, setCookie } from '../cookie.ts';
import { type App, addressOf, sessionOf } from '../fastify.ts';
import { languageOf } from '../language.ts';
import { credentials, firstCredentials, nothing, sessionState } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['session'];

export function sessionRoutes(app: App, { signIn, sessions, boxName, fingerprint }: ApiParts): void {
  app.get(
    '/session',
    {
      config: { open: true },
      schema: {
        tags,
        summary: 'Who I am',
        description: 'first: nobody has set a password yet.',
        security: [],
        response: { 200: sessionState },
      },
    },
    async (request) => {
      const { session } = request;
      const about = {
        box: { name: boxName(), version, fingerprint },
        language: languageOf(request.headers['accept-language']),
      };
      if (session)
        return { state: 'signed-in' as const, user: { name: session.name, role: session.role }, ...about };
      return { state: (await signIn.isFirst()) ? ('first' as const) : ('signed-out' as const), ...about };
    },
  );

  app.post(
    '/session/first',
    {
      config: { open: true },
      schema: {
        tags,
        summary: 'Set the first password',
        description: "With the code on the box's screen. Signs in.",
        security: [],
        body: firstCredentials,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const token = await signIn.first(request.body, addressOf(request));
      return reply.header('set-cookie', setCookie(token)).code(204).send();
    },
  );

  app.post(
    '/session',
    {
      config: { open: true },
      schema: {
        tags,
        summary: 'Sign in',
        security: [],
        body: credentials,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const token = await signIn.withPassword(request.body, addressOf(request));
      if (request.session) await sessions.close(request.session.id);
      return reply.header('set-cookie', setCookie(token)).code(204).send();
    },
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
