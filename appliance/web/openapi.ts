/** The OpenAPI document, made from the routes' schemas when somebody asks for it, and kept. */
import { version } from '../runtime/version.ts';
import { access } from './access.table.ts';
import { cookieName } from './cookie.ts';
import type { App } from './fastify.ts';
import { errorBody } from './schemas.ts';

/** Made in an app of its own that never listens: the working one needs neither the generator nor its copies. */
export function createDescription(o: {
  prefix: string;
  bare: () => App;
  addRoutes: (app: App) => void;
}): () => Promise<object> {
  let made: Promise<object> | null = null;
  return () => {
    made ??= describe(o);
    return made;
  };
}

async function describe({
  prefix,
  bare,
  addRoutes,
}: Parameters<typeof createDescription>[0]): Promise<object> {
  const { fastifySwagger } = (await import('@fastify/swagger')).default;
  const app = bare();
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'NetMonitor',
        version,
        description:
          'What the page can do, a program can do: with an API token in the header Authorization: Bearer, or by signing in and keeping the cookie.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: cookieName },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: {
        ...schema,
        ...accessOf(`${String(route.method)} ${url.slice(prefix.length)}`),
        response: { ...(schema?.response ?? { 200: { type: 'string' } }), default: errorBody },
      },
    }),
  });
  await app.register(async (api) => addRoutes(api as unknown as App), { prefix });
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}

/** Who may: from the one table that also decides. */
function accessOf(route: string): object {
  const needs = access[route];
  if (needs === undefined) return {};
  if (needs === 'anybody') return { security: [] };
  const { role, scope } = needs;
  const both = [{ session: [] }, { token: [] }];
  return scope === null
    ? { security: [{ session: [] }], 'x-role': role }
    : { security: both, 'x-role': role, 'x-scope': scope };
}
