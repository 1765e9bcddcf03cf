/** The display's socket: its picture in three forms, and its button. */
import { Failure } from '../appliance/runtime/errors.ts';
import type { Route } from '../appliance/runtime/socket/server.ts';
import { type FrameMessage, type PressKind, pressKinds } from './client/types.ts';
import type { Controller } from './controller.ts';
import { framePng, maxScale } from './png.ts';
import type { Picture } from './render.ts';

export function displayRoutes(controller: Controller): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/frame',
      handle: ({ query }) => ({ json: messageFrom(controller.picture(secretsFrom(query))) }),
    },
    {
      method: 'GET',
      path: '/v1/frame.png',
      handle: ({ query }) => ({
        bytes: framePng(controller.picture(secretsFrom(query)).frame, scaleFrom(query.get('scale'))),
        type: 'image/png',
      }),
    },
    {
      method: 'POST',
      path: '/v1/press',
      async handle(request) {
        press(controller, kindFrom(await request.json(1024)));
        return {};
      },
    },
    {
      method: 'GET',
      path: '/v1/changes',
      handle: () => ({
        async lines(out) {
          out.write(messageFrom(controller.picture()));
          const following = controller.follow((picture) => out.write(messageFrom(picture)));
          await out.closed;
          following.stop();
        },
      }),
    },
  ];
}

function messageFrom({ frame, screen, text }: Picture): FrameMessage {
  return { bits: Buffer.from(frame.pages).toString('base64'), screen, text };
}

/** Asked for by the terminal of the box, never by the page. */
const secretsFrom = (query: URLSearchParams) => ({ secrets: query.get('secrets') === 'shown' });

function scaleFrom(text: string | null): number {
  const scale = text === null ? 4 : Number(text);
  if (!Number.isInteger(scale) || scale < 1 || scale > maxScale)
    throw new Failure('BAD_REQUEST', `scale must be a whole number from 1 to ${maxScale}`, { path: 'scale' });
  return scale;
}

function kindFrom(body: unknown): PressKind {
  const kind = (body as { kind?: unknown } | null | undefined)?.kind;
  const known = pressKinds.find((one) => one === kind);
  if (!known)
    throw new Failure('BAD_REQUEST', `kind must be one of ${pressKinds.join(', ')}`, { path: 'kind' });
  return known;
}

function press(controller: Controller, kind: PressKind): void {
  if (kind === 'down') controller.edges.down();
  else if (kind === 'up') controller.edges.up();
  else controller.gesture(kind);
}
