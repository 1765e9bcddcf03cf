/** One's own name, password and sessions. */
import * as T from 'typebox';
import { type App, addressOf, sessionOf } from '../fastify.ts';
import { nameBody, openSession, passwordBody, sessionParams } from '../people-schemas.ts';
import { Refusal } from '../refusal.ts';
import { nothing } from '../schemas.ts';
import type { Session } from '../sessions.ts';
import type { ApiParts } from './parts.ts';
import { sendCookies, visitorOf } from './session.ts';

const tags = ['account'];

/** Whoever finds an open browser must not be able to try passwords in it, either. */
export async function confirmPassword(
  { users, throttle, audit }: Pick<ApiParts, 'users' | 'throttle' | 'audit'>,
  session: Session,
  password: string,
  from: string,
): Promise<void> {
  throttle.enter(from, session.id);
  const right = await users.check(session.name, password, true);
  if (right?.id !== session.user) {
    await audit.refused('password.refused', session.name, from);
    throw new Refusal('FORBIDDEN', 'wrongCurrent', { path: 'password' });
  }
  throttle.succeeded(from, session.id);
}

export function accountRoutes(app: App, parts: ApiParts): void {
  const { users, sessions, browsers, signIn, audit } = parts;
  const confirm = (session: Session, password: string, from: string) =>
    confirmPassword(parts, session, password, from);

  app.patch(
    '/account/name',
    { schema: { tags, summary: 'Change my name', body: nameBody, response: { 204: nothing } } },
    async (request, reply) => {
      const session = sessionOf(request);
      const from = addressOf(request);
      await confirm(session, request.body.password, from);
      const user = await users.setName(session.user, request.body.name);
      await audit.note('person.renamed', user, from, { person: session.name });
      return reply.code(204).send();
    },
  );

  app.patch(
    '/account/password',
    {
      schema: {
        tags,
        summary: 'Change my password',
        description: 'Ends all other sessions and gives this one a new cookie.',
        body: passwordBody,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const session = sessionOf(request);
      const visitor = visitorOf(request);
      await confirm(session, request.body.password, visitor.from);
      const user = await users.setPassword(session.user, request.body.next);
      await sessions.closeOf(user.id);
      await browsers.forget(user.id);
      await audit.note('password.changed', user, visitor.from);
      return sendCookies(reply, await signIn.renew(user, visitor))
        .code(204)
        .send();
    },
  );

  app.get(
    '/account/sessions',
    {
      schema: {
        tags,
        summary: 'Where I am signed in',
        response: { 200: T.Object({ sessions: T.Array(openSession) }) },
      },
    },
    async (request) => {
      const { id, user } = sessionOf(request);
      return { sessions: sessions.of(user).map((one) => ({ ...one, current: id.startsWith(one.id) })) };
    },
  );

  app.delete(
    '/account/sessions',
    { schema: { tags, summary: 'Sign out everywhere else', response: { 204: nothing } } },
    async (request, reply) => {
      const session = sessionOf(request);
      await sessions.closeOf(session.user, session.id);
      await audit.note('sign-out.all', session, addressOf(request), { person: session.name });
      return reply.code(204).send();
    },
  );

  app.delete(
    '/account/sessions/:session',
    {
      schema: {
        tags,
        summary: 'End one of my sessions',
        params: sessionParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const session = sessionOf(request);
      if (!(await sessions.closeOne(session.user, request.params.session)))
        throw new Refusal('NOT_FOUND', 'sessionUnknown', { path: 'session' });
      await audit.note('sign-out', session, addressOf(request));
      return reply.code(204).send();
    },
  );
}
