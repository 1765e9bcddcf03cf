/** The real web server on ports of the loopback, and a browser of few words to ask it with. */
import type { IncomingHttpHeaders } from 'node:http';
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { TestContext } from 'node:test';
import { type Clock, systemClock } from '../../appliance/runtime/clock.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { startParts } from '../../appliance/runtime/parts.ts';
import { createWatchClient, type WatchClient } from '../../appliance/watch/client/client.ts';
import { createWebClient } from '../../appliance/web/client/client.ts';
import { cookieName } from '../../appliance/web/cookie.ts';
import { type Identity, loadIdentity } from '../../appliance/web/identity.ts';
import { type WebLimits, webLimits } from '../../appliance/web/limits.ts';
import { createPasswords } from '../../appliance/web/passwords.ts';
import { createWeb } from '../../appliance/web/web.ts';
import { eventually } from './eventually.ts';
import { temporaryFolder } from './folder.ts';
import { DoorInRam } from './web-door.ts';
import { PanelInRam, StoreInRam } from './web-sources.ts';

export type Answered = { status: number; headers: IncomingHttpHeaders; text: string; json: unknown };
export type Asked = {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** Sent as it is instead of `body`. */
  raw?: string;
  cookie?: string;
  localAddress?: string;
};

export const person = { name: 'Marie', password: 'correct horse' };

export type WebBoxOptions = {
  store?: StoreInRam;
  watch?: WatchClient;
  clock?: Clock;
  limits?: Partial<WebLimits>;
  assetsDir?: string;
  packagesDir?: string;
  /** State and sockets, of a box that was here before. */
  folder?: string;
  identity?: Identity;
  /** Passwords as the box itself computes them; otherwise at a hundredth of the cost. */
  dearPasswords?: boolean;
};

export type WebBox = Awaited<ReturnType<typeof startWebBox>>;

export async function startWebBox(t: Pick<TestContext, 'after'>, o: WebBoxOptions = {}) {
  const folder = o.folder ?? temporaryFolder(t);
  const identity = o.identity ?? (await loadIdentity(folder));
  const { store = new StoreInRam(), clock = systemClock } = o;
  const door = new DoorInRam();
  const panel = new PanelInRam();
  const resets: string[] = [];
  const lines: string[] = [];
  const log = createLog({ name: 'web', level: 'debug', write: (line) => lines.push(line) });
  const web = await createWeb({
    config: {
      https_port: 0,
      http_port: 0,
      listen: '127.0.0.1',
      assets_dir: o.assetsDir ?? folder,
      packages_dir: o.packagesDir ?? folder,
      extra_names: 'box.example',
      security_contact: '',
    },
    places: { runDir: folder, stateDir: folder },
    identity,
    store: store.client(),
    ingest: door.client(),
    watch: o.watch ?? createWatchClient({ runDir: folder, as: 'web' }),
    display: panel.client(),
    resets: { begin: async () => void resets.push('begun') },
    ...(o.dearPasswords ? {} : { passwords: createPasswords({ memory: 512, passes: 1, parallelism: 1 }) }),
    clock,
    log,
    // The tests' browser shakes hands for each request.
    limits: { ...webLimits, handshakesPerAddress: 1_000, handshakesPerSecond: 1_000, ...o.limits },
  });
  const running = await startParts(web.parts, new AbortController().signal, { log });
  const screens = createWebClient({ runDir: folder, as: 'console' });
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    screens.close();
    await running.stop();
  };
  t.after(stop);
  const { https, http } = web.ports();

  const ask = askOver(https, identity);
  const askHttp = (path: string, asked: Asked = {}): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port: http,
          path,
          method: asked.method ?? 'GET',
          headers: asked.headers ?? {},
          agent: false,
        },
        (response) => resolve(readAnswer(response)),
      );
      request.on('error', reject);
      request.end();
    });

  return {
    ...{ store, door, panel, resets, identity, lines, screens, https, http, runDir: folder, app: web.app },
    ...{ ask, askHttp, stop },
    code: () => eventually('the first code is shown', async () => (await screens.address()).code ?? false),
    /** The token of a fresh session of the first person. */
    async signIn(): Promise<string> {
      const code = (await screens.address()).code;
      const answer = code
        ? await ask('/api/v1/session/first', { method: 'POST', body: { code, ...person } })
        : await ask('/api/v1/session', { method: 'POST', body: person });
      if (answer.status !== 204) throw new Error(`signing in was answered ${answer.status}: ${answer.text}`);
      return tokenOf(answer);
    },
  };
}

/** One request, on a connection of its own unless an agent keeps one; the certificate is checked for the name localhost. */
export function askOver(
  https: number,
  identity: Pick<Identity, 'certificate'>,
  from: { agent?: Agent; localAddress?: string } = {},
) {
  return (path: string, asked: Asked = {}): Promise<Answered> => {
    const { method = 'GET', cookie, body, raw, localAddress = from.localAddress } = asked;
    const agent = from.agent ?? new Agent();
    const content = raw ?? (body === undefined ? '' : JSON.stringify(body));
    const headers = {
      host: `localhost:${https}`,
      ...(method === 'GET'
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
      ...(cookie === undefined ? {} : { cookie: `${cookieName}=${cookie}` }),
      ...asked.headers,
    };
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        {
          ...{ host: '127.0.0.1', port: https, path, method, headers, agent },
          ...{ ca: identity.certificate, servername: 'localhost' },
          ...(localAddress === undefined ? {} : { localAddress }),
        },
        (response) => resolve(readAnswer(response)),
      );
      request.on('error', reject);
      request.end(content);
    });
  };
}

export function tokenOf(answer: Answered): string {
  const token = /__Host-netmonitor=([^;]+)/.exec(String(answer.headers['set-cookie']))?.[1];
  if (!token) throw new Error('no session cookie was set');
  return token;
}

async function readAnswer(
  response: NodeJS.ReadableStream & { statusCode?: number; headers: IncomingHttpHeaders },
) {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const isJson = String(response.headers['content-type']).startsWith('application/json');
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    json: isJson ? (JSON.parse(text) as unknown) : undefined,
  };
}
