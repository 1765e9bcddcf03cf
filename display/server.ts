/**
 * The display's sockets: its picture in three forms, its button, its light and buzzer. The page is lent less of the first two than
 * the terminal; the watch has the last two, and nothing else.
 */
import { type Check, flag, object, oneOf, text } from '../appliance/protocol/check.ts';
import { Malformed } from '../appliance/protocol/malformed.ts';
import { Failure } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import type { Part } from '../appliance/runtime/parts.ts';
import { type RoleTable, roleServer, routesFor } from '../appliance/runtime/socket/roles.ts';
import type { Route } from '../appliance/runtime/socket/server.ts';
import { atThePanel } from './admission.ts';
import { type DisplayRole, displayRoles, displaySocket } from './client/roles.ts';
import {
  type FrameMessage,
  lentKinds,
  type Presser,
  type PressKind,
  pressKinds,
  signalOutputs,
} from './client/types.ts';
import type { Controller } from './controller.ts';
import { framePng, maxScale } from './png.ts';
import type { Picture } from './render.ts';
import type { Signals } from './signal.ts';

const lookers: readonly DisplayRole[] = ['web', 'console'];
const routeRoles: RoleTable<DisplayRole> = {
  'GET /v1/frame': lookers,
  'GET /v1/frame.png': lookers,
  'GET /v1/changes': lookers,
  'POST /v1/press': lookers,
  'PUT /v1/signal': ['watch'],
  'POST /v1/signal/try': ['watch'],
};

type Shown = { controller: Controller; signals: Signals };

export function displayServer(o: { runDir: string; log: Log } & Shown): Part {
  return roleServer({
    ...{ runDir: o.runDir, log: o.log, roles: displayRoles, socket: displaySocket },
    routes: (role) => routesFor(role, routeRoles, [...displayRoutes(o, role), ...signalRoutes(o.signals)]),
  });
}

const checkSignal = object({ light: flag, buzzer: flag });
const checkTry = object({ output: oneOf(signalOutputs) });

function signalRoutes(signals: Signals): Route[] {
  return [
    {
      method: 'PUT',
      path: '/v1/signal',
      async handle(request) {
        signals.set(parsed(checkSignal, await request.json(2048)));
        return {};
      },
    },
    {
      method: 'POST',
      path: '/v1/signal/try',
      async handle(request) {
        signals.try(parsed(checkTry, await request.json(2048)).output);
        return {};
      },
    },
  ];
}

function displayRoutes({ controller, signals }: Shown, role: DisplayRole): Route[] {
  const messageFrom = ({ frame, screen, text: lines }: Picture): FrameMessage => ({
    bits: Buffer.from(frame.pages).toString('base64'),
    ...{ screen, text: lines, signal: signals.shown },
  });
  const kinds: readonly PressKind[] = role === 'web' ? lentKinds : pressKinds;
  /** Asked for by the terminal of the box; the page gets the picture without a code that only who stands here may read. */
  const secretsFrom = (query: URLSearchParams) => ({
    secrets: role === 'console' && query.get('secrets') === 'shown',
  });
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
        const body = await request.json(2048);
        const kind = kindFrom(body, kinds);
        const hand =
          role === 'console' ? { here: true, by: atThePanel } : { here: false, by: presserFrom(body) };
        press(controller, kind, hand);
        return {};
      },
    },
    {
      method: 'GET',
      path: '/v1/changes',
      handle: () => ({
        async lines(out) {
          out.write(messageFrom(controller.picture()));
          const following = [
            controller.follow((picture) => out.write(messageFrom(picture))),
            signals.follow(() => out.write(messageFrom(controller.picture()))),
          ];
          await out.closed;
          for (const one of following) one.stop();
        },
      }),
    },
  ];
}

function scaleFrom(text: string | null): number {
  const scale = text === null ? 4 : Number(text);
  if (!Number.isInteger(scale) || scale < 1 || scale > maxScale)
    throw new Failure('BAD_REQUEST', `scale must be a whole number from 1 to ${maxScale}`, { path: 'scale' });
  return scale;
}

function kindFrom(body: unknown, kinds: readonly PressKind[]): PressKind {
  const kind = (body as { kind?: unknown } | null | undefined)?.kind;
  const known = kinds.find((one) => one === kind);
  if (!known) throw new Failure('BAD_REQUEST', `kind must be one of ${kinds.join(', ')}`, { path: 'kind' });
  return known;
}

const word = text({ min: 1, max: 256 });
const checkBy = object({ by: object({ who: word, role: word, from: word }) });

function presserFrom(body: unknown): Presser {
  try {
    return checkBy(body).by;
  } catch (error) {
    throw new Failure('BAD_REQUEST', 'by must say who presses', { cause: error, path: 'by' });
  }
}

function parsed<T>(check: Check<T>, body: unknown): T {
  try {
    return check(body);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Failure('BAD_REQUEST', error.message, { cause: error, path: error.path });
  }
}

function press(controller: Controller, kind: PressKind, o: { here: boolean; by: Presser }): void {
  if (kind === 'down') controller.edges.down();
  else if (kind === 'up') controller.edges.up();
  else controller.gesture(kind, o);
}
