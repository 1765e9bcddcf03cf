/** /get: the page, the scripts of its one-line commands, and the packages. For whoever is in this network, signed in or not. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IngestClient } from '../../ingest/client/client.ts';
import type { Certificates } from '../certificates.ts';
import { type App, addressOf } from '../fastify.ts';
import { hostName } from '../hosts.ts';
import { languageOf } from '../language.ts';
import { Refusal } from '../refusal.ts';
import { fillScript, type Reached } from './commands.ts';
import { createDownloads, type Downloads } from './downloads.ts';
import {
  type AgentPackage,
  type AgentPackages,
  createPackages,
  type Packages,
  type ScriptName,
} from './packages.ts';
import { getPage, looksOf } from './page.ts';
import { systemOf } from './system.ts';

export type GetParts = {
  packagesDir: string;
  ingest: Pick<IngestClient, 'door'>;
  certificates: Pick<Certificates, 'serving'>;
  /** Where this page is, best first. */
  urls(): readonly string[];
};

/** What /get and the routes of the interface ask of it. */
export type Get = { packages: Packages; reached(request: FastifyRequest): Promise<Reached | undefined> };

export function createGet({ packagesDir, ingest, certificates, urls }: GetParts): Get {
  let door: { boxHash: string; doorPort: number } | undefined;
  return {
    packages: createPackages(packagesDir),
    async reached(request) {
      // The key of the door never changes while both run: what was known stays right while the door is away.
      door = await ingest.door().then(
        ({ id, port }) => ({ boxHash: id, doorPort: port }),
        () => door,
      );
      if (door === undefined) return undefined;
      const { fingerprint, certificateFingerprint } = certificates.serving();
      return { ...whereOf(request, urls()), fingerprint, certificateFingerprint, ...door };
    },
  };
}

const loopback = /^(localhost|127\..*|::1)$/;
/** Such an address says nothing without the network card of whoever dials it. */
const linkLocal = /^fe[89ab][0-9a-f]:/;

/**
 * As the reader reached this page, so that a forwarded port is right, too; but names of .local are not known everywhere, and
 * localhost is another computer there: then the address that was dialled, else the first that this box has.
 */
function whereOf(
  { headers, socket }: FastifyRequest,
  urls: readonly string[],
): { host: string; port: number } {
  const named = hostName(headers.host) ?? 'localhost';
  const port = Number(/:(\d{1,5})$/.exec(headers.host ?? '')?.[1] ?? 443);
  const dialled = (socket.localAddress ?? '').replace(/^::ffff:(?=\d)/, '').split('%')[0] ?? '';
  if (!loopback.test(named) && !linkLocal.test(named) && !named.endsWith('.local'))
    return { host: named, port };
  if (dialled !== '' && !loopback.test(dialled) && !linkLocal.test(dialled)) return { host: dialled, port };
  const first = urls.map((url) => new URL(url)).find(({ hostname }) => !loopback.test(hostname));
  return { host: first?.hostname.replace(/^\[|\]$/g, '') ?? named, port };
}

export function serveGet(app: App, get: Get, o: { assetsDir: string }): void {
  const { packages, reached } = get;
  const downloads = createDownloads();
  const methods = ['GET', 'HEAD'];
  const schema = { hide: true };

  app.route({
    method: methods,
    url: '/get',
    schema,
    async handler(request, reply) {
      const [box, list, looks] = await Promise.all([reached(request), packages.list(), looksOf(o.assetsDir)]);
      const language = languageOf(request.headers['accept-language']);
      const system = systemOf(request.headers['user-agent']);
      return reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('vary', 'accept-language, user-agent')
        .send(getPage({ language, system, box, packages: list, looks }));
    },
  });

  for (const name of ['install.sh', 'install.ps1'] as const satisfies readonly ScriptName[])
    app.route({
      method: methods,
      url: `/get/${name}`,
      schema,
      async handler(request, reply) {
        if ((await packages.list()) === undefined) throw new Refusal('NOT_FOUND', 'notBuilt');
        const box = await reached(request);
        if (box === undefined) throw new Refusal('UNAVAILABLE', 'unavailable');
        return reply
          .type('text/plain; charset=utf-8')
          .header('cache-control', 'no-store')
          .send(fillScript(await packages.script(name), box));
      },
    });

  app.route({
    method: methods,
    url: '/get/packages/:file',
    schema,
    async handler(request, reply) {
      const { file } = request.params as { file: string };
      const one = namedIn(await packages.list(), file);
      return send(request, reply, one, packages, downloads);
    },
  });
}

function namedIn(list: AgentPackages | undefined, file: string): AgentPackage {
  if (list === undefined) throw new Refusal('NOT_FOUND', 'notBuilt');
  const found = list.packages.find((one) => one.file === file);
  if (found === undefined) throw new Refusal('NOT_FOUND', 'notFound');
  return found;
}

const types: Readonly<Record<string, string>> = {
  deb: 'application/vnd.debian.binary-package',
  'tar.xz': 'application/x-xz',
  'tar.gz': 'application/gzip',
  zip: 'application/zip',
};

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  one: AgentPackage,
  packages: Packages,
  downloads: Downloads,
): Promise<FastifyReply> {
  const tag = `"${one.sha256}"`;
  reply.headers({ etag: tag, 'cache-control': 'no-cache' });
  if (request.headers['if-none-match']?.includes(tag) === true) return reply.code(304).send();
  const about = {
    'content-length': one.bytes,
    'content-disposition': `attachment; filename="${one.file}"`,
    'content-type': types[one.kind] ?? 'application/octet-stream',
    'accept-ranges': 'none',
  };
  if (request.method === 'HEAD') return reply.headers(about).send();
  const leave = downloads.enter(addressOf(request));
  if (leave === null) throw new Refusal('TOO_MANY', 'tooManyDownloads', { retryAfterS: 10 });
  reply.raw.once('close', leave);
  const handle = await packages.open(one);
  if ((await handle.stat()).size === one.bytes) return reply.headers(about).send(handle.createReadStream());
  // Built anew at this moment, or damaged: half a package is worse than none.
  await handle.close();
  throw new Refusal('UNAVAILABLE', 'unavailable');
}
