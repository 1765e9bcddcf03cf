/** Channels, their test, and what became of deliveries. */
import { type Check, integer, object, optional } from '../../protocol/check.ts';
import type { LocalRequest, Route } from '../../runtime/socket/server.ts';
import type { NewChannel } from '../client/channels.ts';
import { mailAddress, mailHost } from '../notifiers/mail.ts';
import type { Mailroom } from '../outbox/mailroom.ts';
import { checkChannel, checkSecrets } from '../outbox/records.ts';
import { bodyOf, byOf, orderOf, parsed } from './bodies.ts';

const checkGiven = object({ secrets: optional(checkSecrets) });
const checkNew: Check<NewChannel> = (value, path) => ({
  ...checkChannel(value, path),
  ...checkGiven(value, path),
});
/** A server; or a mail address, whose server is looked for. */
const serverOrAddress: Check<string> = (value, path) =>
  (typeof value === 'string' && value.includes('@') ? mailAddress : mailHost)(value, path);
const checkServer = object({ host: serverOrAddress });
const checkLimit = integer({ min: 1, max: 1000 });
const usualLimit = 100;

export function channelRoutes(mailroom: Mailroom): Route[] {
  const id = ({ params }: LocalRequest) => params.channel ?? '';
  return [
    {
      method: 'GET',
      path: '/v1/channels',
      handle: () => ({ json: { kinds: mailroom.kinds(), channels: mailroom.list() } }),
    },
    {
      method: 'POST',
      path: '/v1/channels',
      async handle(request) {
        const { asked, by } = await orderOf(request, 'channel', checkNew);
        return { json: await mailroom.create(asked, by) };
      },
    },
    {
      method: 'PUT',
      path: '/v1/channels/:channel',
      async handle(request) {
        const { asked, by } = await orderOf(request, 'channel', checkNew);
        return { json: await mailroom.change(id(request), asked, by) };
      },
    },
    {
      method: 'POST',
      path: '/v1/channels/:channel/remove',
      async handle(request) {
        const by = await byOf(request);
        await mailroom.remove(id(request), by);
        return {};
      },
    },
    {
      method: 'POST',
      path: '/v1/channels/:channel/test',
      handle: async (request) => ({ json: await mailroom.test(id(request)) }),
    },
    {
      method: 'POST',
      path: '/v1/channels/mail-offer',
      async handle(request) {
        const { host } = await bodyOf(checkServer, request);
        return { json: await mailroom.mailOffer(host) };
      },
    },
    {
      method: 'GET',
      path: '/v1/deliveries',
      async handle({ query }) {
        const limit = parsed(checkLimit, Number(query.get('limit') ?? usualLimit), 'limit');
        return { json: await mailroom.deliveries(limit) };
      },
    },
  ];
}
