/** Ways into the box without a person at each machine, and what a person decides about copied keys. */

import {
  clones,
  enrolmentTokenMade,
  enrolmentTokenParams,
  enrolmentTokens,
  enrolmentTokenWanted,
  nothing,
  openHouse,
  openHouseState,
  wantedBody,
} from '../enrolment.schemas.ts';
import { type App, actorOf } from '../fastify.ts';
import { machineParams } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['enrolment'];

export function enrolmentRoutes(app: App, { ingest }: ApiParts): void {
  openHouseRoutes(app, ingest);
  tokenRoutes(app, ingest);

  app.get(
    '/clones',
    { schema: { tags, summary: 'Keys that two machines use at once', response: { 200: clones } } },
    async () => ({ clones: await ingest.clones() }),
  );

  app.post(
    '/clones/:machine/release',
    {
      schema: {
        tags,
        summary: 'Hear this machine again',
        description: 'The copy was taken away, or has a key of its own (netmonitor-agent new-identity).',
        params: machineParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await ingest.releaseClone(request.params.machine, actorOf(request));
      return reply.code(204).send();
    },
  );
}

function openHouseRoutes(app: App, ingest: ApiParts['ingest']): void {
  app.post(
    '/waiting/wanted',
    {
      schema: {
        tags,
        summary: 'Keep a place in the waiting room for this machine',
        description: 'By a part of its name or the beginning of its key; for ten minutes. Empty: for nobody.',
        body: wantedBody,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await ingest.want(request.body.text, actorOf(request));
      return reply.code(204).send();
    },
  );

  app.get(
    '/open-house',
    { schema: { tags, summary: 'Whether the box admits all now', response: { 200: openHouseState } } },
    async () => ({ openHouse: await ingest.openHouse() }),
  );

  app.post(
    '/open-house',
    {
      schema: {
        tags,
        summary: 'Admit all for ten minutes',
        description:
          'Machines that know this box by its key, at most 100. Others, and those once removed, still wait.',
        response: { 200: openHouse },
      },
    },
    (request) => ingest.startOpenHouse(actorOf(request)),
  );

  app.delete(
    '/open-house',
    { schema: { tags, summary: 'Admit one by one again', response: { 204: nothing } } },
    async (request, reply) => {
      await ingest.stopOpenHouse(actorOf(request));
      return reply.code(204).send();
    },
  );
}

function tokenRoutes(app: App, ingest: ApiParts['ingest']): void {
  app.get(
    '/enrolment-tokens',
    {
      schema: { tags, summary: 'Enrolment tokens, without their secret', response: { 200: enrolmentTokens } },
    },
    async () => ({ tokens: await ingest.tokens() }),
  );

  app.post(
    '/enrolment-tokens',
    {
      schema: {
        tags,
        summary: 'Make an enrolment token',
        description: 'It travels beside an installer. This answer is the only place where it is told.',
        body: enrolmentTokenWanted,
        response: { 200: enrolmentTokenMade },
      },
    },
    (request) => {
      const { uses = 1, hours = 24, label = '' } = request.body;
      return ingest.createToken({ uses, hours, label }, actorOf(request));
    },
  );

  app.delete(
    '/enrolment-tokens/:id',
    {
      schema: {
        tags,
        summary: 'Revoke a token',
        params: enrolmentTokenParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await ingest.revokeToken(request.params.id, actorOf(request));
      return reply.code(204).send();
    },
  );
}
