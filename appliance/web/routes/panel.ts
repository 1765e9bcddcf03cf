/** The box's little screen and its button. */
import * as T from 'typebox';
import { type App, actorOf } from '../fastify.ts';
import { nothing, panelFrame, pressBody } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['panel'];

export function panelRoutes(app: App, { display }: ApiParts): void {
  app.get(
    '/panel',
    {
      schema: { tags, summary: 'What the screen shows', response: { 200: T.Object({ frame: panelFrame }) } },
    },
    async () => ({ frame: await display.frame() }),
  );

  app.get(
    '/panel.png',
    {
      schema: {
        tags,
        summary: 'The screen as a picture',
        produces: ['image/png'],
        querystring: T.Object({ scale: T.Optional(T.Integer({ minimum: 1, maximum: 8 })) }),
      },
    },
    async ({ query }, reply) => {
      const png = await display.png(query.scale);
      return reply.type('image/png').send(Buffer.from(png));
    },
  );

  app.post(
    '/panel/press',
    { schema: { tags, summary: 'Press the button', body: pressBody, response: { 204: nothing } } },
    async (request, reply) => {
      await display.press(request.body.kind, actorOf(request));
      return reply.code(204).send();
    },
  );
}
