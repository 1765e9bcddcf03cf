/** The OpenAPI document, made from the routes' schemas when somebody asks for it, and kept. */
import { version } from '../runtime/version.ts';
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
        description: 'What the page can do, a program can do: it signs in once and keeps the cookie.',
      },
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: cookieName } },
      },
      security: [{ session: [] }],
    },
    transform: ({ schema, url }) => ({
      url,
      schema: {
        ...schema,
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
