/** The web daemon put together: what it asks of the others, its doors, the page and the routes. */
import { hostname } from 'node:os';
import type { DisplayClient } from '../../display/client/client.ts';
import type { IngestClient } from '../ingest/client/client.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Config, Places } from '../runtime/config.ts';
import { messageOf } from '../runtime/errors.ts';
import { openPort } from '../runtime/listen.ts';
import { type Log, limited } from '../runtime/log.ts';
import type { Part } from '../runtime/parts.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { ResetClient } from '../store/client/resets.ts';
import type { WatchClient } from '../watch/client/client.ts';
import { createAddress } from './address.ts';
import { createApiTokens } from './api-tokens.ts';
import { createApp } from './app.ts';
import { createAudit, theBox } from './audit.ts';
import { createBoxClock } from './box-clock.ts';
import { createCertificates } from './certificates.ts';
import type { webConfig } from './config.ts';
import { createCounters } from './counters.ts';
import { createDelays } from './delays.ts';
import type { App } from './fastify.ts';
import { createFleet } from './fleet.ts';
import { createGate } from './gate.ts';
import { createGet } from './get/routes.ts';
import { createHosts } from './hosts.ts';
import type { Identity } from './identity.ts';
import { createKnownBrowsers } from './known-browsers.ts';
import { type WebLimits, webLimits } from './limits.ts';
import { createLive } from './live.ts';
import { createOneTimeCode } from './one-time-code.ts';
import { pageIsBuilt } from './pages.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { createRecovery } from './recovery.ts';
import { createRedirect } from './redirect.ts';
import { createScreensServer } from './server.ts';
import { createSessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';
import type { SourceName } from './sources.ts';
import { createThrottle } from './throttle.ts';
import { createUsers } from './users.ts';
import { clientsPart, closeServer, pulsePart, sessionsPart } from './web-parts.ts';

export type WebParts = {
  config: Config<typeof webConfig>;
  places: Pick<Places, 'runDir' | 'stateDir'>;
  identity: Identity;
  store: StoreClient;
  ingest: IngestClient;
  watch: WatchClient;
  display: DisplayClient;
  resets: Pick<ResetClient, 'begin'>;
  clock: Clock;
  log: Log;
  limits?: WebLimits;
  /** Those of the box, whose computations are dear, unless a test brings cheap ones. */
  passwords?: Passwords;
  /** Called while requests can be answered, for the watchdog. */
  alive?(): void;
};

/** In the order in which they start. `ports` are those that were opened. */
export type Web = { parts: Part[]; app: App; ports(): { https: number; http: number } };

/** A whole /24 may use up its tries; beyond that, somebody invents addresses. */
const codesPerHour = 3_000;

export async function createWeb(o: WebParts): Promise<Web> {
  const { config, identity, store, ingest, display, clock, log, limits = webLimits } = o;
  const ports = { https: config.https_port, http: config.http_port };
  const own = hostname();
  const hosts = createHosts(
    ['netmonitor.local', own, `${own}.local`, ...config.extra_names.split(',')],
    () => certificates.uploaded()?.names ?? [],
  );
  const gate = createGate(limits, clock);
  const counters = createCounters();
  const boxClock = createBoxClock(store, clock);
  const certificates = createCertificates({
    stateDir: o.places.stateDir,
    own: identity,
    nowMs: () => (boxClock.trusted() ? boxClock.wallMs() : null),
  });
  let certificateProblem = await certificates.load();
  const onChange = () => address.changed();
  certificates.onChange(onChange);
  const firstCode = createOneTimeCode({ clock, onChange, whenSpent: 'draw' });
  const audit = createAudit({ store, clock, log });
  const users = createUsers({ store, passwords: o.passwords ?? createPasswords() });
  const recovery = createRecovery({ users, audit, counters, clock, onChange });
  const address = createAddress({
    listen: config.listen,
    certificate: certificates.serving,
    code: firstCode.current,
    recovery: recovery.current,
  });
  const sessions = createSessions({ store, users, clock, log });
  const apiTokens = createApiTokens({ store, users, clock, log });
  const browsers = createKnownBrowsers({ store, clock });
  const throttle = createThrottle(clock);
  const signIn = createSignIn({
    ...{ users, sessions, browsers, firstCode, recovery, throttle, audit, counters, clock },
    codeDelays: createDelays(clock, { perHour: codesPerHour }),
  });
  const fleet = createFleet(store);
  const quiet = limited(log, 60_000, clock);

  const whenUp: Record<SourceName, () => Promise<void>> = {
    async store() {
      await Promise.all([fleet.refresh(), signIn.prepare()]);
      if (certificateProblem === null) return;
      const problem = certificateProblem;
      certificateProblem = null;
      await audit.note('certificate.broken', theBox, 'box', { problem });
    },
    async ingest() {
      const { name } = await ingest.door();
      hosts.allow([name, `${name}.local`]);
      address.announced(name);
    },
    watch: () => Promise.resolve(),
    display: () => Promise.resolve(),
  };
  const live = createLive({
    store,
    ingest,
    watch: o.watch,
    display,
    fleet,
    sessions,
    apiTokens,
    clock,
    limits,
    onUp: (source) => whenUp[source](),
    onError: (error) => quiet.warn('a source could not be read; trying again', { error: messageOf(error) }),
  });
  const get = createGet({
    ...{ ingest, certificates, packagesDir: config.packages_dir },
    urls: () => address.now().urls,
  });
  const app = await createApp({
    get,
    ...{ store, ingest, watch: o.watch, display, resets: o.resets },
    fleet,
    live,
    sessions,
    signIn,
    clock,
    limits,
    clockTrusted: boxClock.trusted,
    boxNowMs: boxClock.wallMs,
    boxName: address.boxName,
    ...{ users, browsers, throttle, apiTokens, certificates, hosts, gate, audit, counters },
    securityContact: config.security_contact,
    assetsDir: config.assets_dir,
    log,
  });
  if (certificateProblem !== null)
    log.error('the uploaded certificate cannot be used; showing the own one', {
      problem: certificateProblem,
    });
  if (!pageIsBuilt(config.assets_dir))
    log.warn('the page is not built: only the REST interface answers', { assets_dir: config.assets_dir });

  const https: Part = {
    name: 'https',
    async start() {
      ports.https = await openPort(app.server, {
        host: config.listen,
        port: config.https_port,
        key: 'https_port',
      });
      address.listening(ports.https);
    },
    async stop() {
      await closeServer(app.server);
      await app.close();
    },
  };
  const redirect = createRedirect({ hosts, gate, limits, httpsPort: () => ports.https });
  const http: Part = {
    name: 'http',
    async start() {
      ports.http = await openPort(redirect, {
        host: config.listen,
        port: config.http_port,
        key: 'http_port',
      });
    },
    stop: () => closeServer(redirect),
  };
  const health = () => {
    const { open, refused } = gate.counts();
    return { connections: open, refusedConnections: refused, streams: live.streams() };
  };
  const screens = createScreensServer({
    ...{ runDir: o.places.runDir, address, health, recovery, log },
    counters: () => ({ ...counters.now(), connections_refused: gate.counts().refused }),
  });
  return {
    parts: [
      clientsPart(o),
      boxClock,
      sessionsPart(sessions, apiTokens, recovery),
      live,
      https,
      http,
      pulsePart(o, app),
      screens,
    ],
    app,
    ports: () => ports,
  };
}
