/** Channels that people are told through, their test, and what became of deliveries. */
import {
  channel,
  channelParams,
  channels,
  channelTest,
  deliveries,
  deliveryQuery,
  mailOffer,
  mailServer,
  newChannel,
} from '../channel-schemas.ts';
import { type App, actorOf } from '../fastify.ts';
import { nothing } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['channels'];

export function channelRoutes(app: App, { watch }: ApiParts): void {
  app.get(
    '/channels',
    {
      schema: {
        tags,
        summary: 'All channels, how they are, and what kinds there are',
        response: { 200: channels },
      },
    },
    () => watch.channels(),
  );

  app.post(
    '/channels',
    { schema: { tags, summary: 'Make a channel', body: newChannel, response: { 200: channel } } },
    (request) => watch.createChannel(request.body, actorOf(request)),
  );

  app.put(
    '/channels/:channel',
    {
      schema: {
        tags,
        summary: 'Change a channel',
        params: channelParams,
        body: newChannel,
        response: { 200: channel },
      },
    },
    (request) => watch.changeChannel(request.params.channel, request.body, actorOf(request)),
  );

  app.delete(
    '/channels/:channel',
    { schema: { tags, summary: 'Remove a channel', params: channelParams, response: { 204: nothing } } },
    async (request, reply) => {
      await watch.removeChannel(request.params.channel, actorOf(request));
      return reply.code(204).send();
    },
  );

  app.post(
    '/channels/:channel/test',
    {
      schema: {
        tags,
        summary: 'Send a test, and hear what the server says',
        params: channelParams,
        response: { 200: channelTest },
      },
    },
    (request) => watch.testChannel(request.params.channel),
  );

  app.post(
    '/channels/mail-offer',
    {
      schema: {
        tags,
        summary: 'Ask which ports of a mail server answer, and how they encrypt',
        body: mailServer,
        response: { 200: mailOffer },
      },
    },
    (request) => watch.mailOffer(request.body.host),
  );

  app.get(
    '/deliveries',
    {
      schema: {
        tags,
        summary: 'What waits to be told, and what was',
        querystring: deliveryQuery,
        response: { 200: deliveries },
      },
    },
    async ({ query }) => ({ deliveries: await watch.deliveries(query.limit) }),
  );
}
