/** The web server's app without its ports: one person is signed in whatever is asked, and passwords cost nothing. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../../../appliance/runtime/clock.ts';
import { Failure } from '../../../../appliance/runtime/errors.ts';
import { createLog } from '../../../../appliance/runtime/log.ts';
import type { MailOffer } from '../../../../appliance/watch/client/client.ts';
import { createApiTokens } from '../../../../appliance/web/api-tokens.ts';
import { createApp } from '../../../../appliance/web/app.ts';
import { createAudit } from '../../../../appliance/web/audit.ts';
import { createCertificates } from '../../../../appliance/web/certificates.ts';
import { createCounters } from '../../../../appliance/web/counters.ts';
import { createDelays } from '../../../../appliance/web/delays.ts';
import type { App } from '../../../../appliance/web/fastify.ts';
import { createFleet } from '../../../../appliance/web/fleet.ts';
import { createGate } from '../../../../appliance/web/gate.ts';
import { createGet } from '../../../../appliance/web/get/routes.ts';
import { createHosts } from '../../../../appliance/web/hosts.ts';
import { loadIdentity } from '../../../../appliance/web/identity.ts';
import { createKnownBrowsers } from '../../../../appliance/web/known-browsers.ts';
import { webLimits } from '../../../../appliance/web/limits.ts';
import type { Live } from '../../../../appliance/web/live.ts';
import { createOneTimeCode } from '../../../../appliance/web/one-time-code.ts';
import { createRecovery } from '../../../../appliance/web/recovery.ts';
import type { Session, Sessions } from '../../../../appliance/web/sessions.ts';
import { createSignIn } from '../../../../appliance/web/sign-in.ts';
import { createThrottle } from '../../../../appliance/web/throttle.ts';
import { createUsers } from '../../../../appliance/web/users.ts';
import { watchInRam } from '../../../helpers/watch-client.ts';
import { DoorInRam } from '../../../helpers/web-door.ts';
import { machineOf, PanelInRam, StoreInRam } from '../../../helpers/web-sources.ts';
import { apiToken, guestId, personId, tokenId } from './rest-routes.ts';
import { scratchFolder } from './scratch.ts';

export const sessionToken = 'A'.repeat(43);
let scratch: { stateDir: string; own: ReturnType<typeof loadIdentity> } | undefined;

function scratchOnce(): NonNullable<typeof scratch> {
  if (scratch !== undefined) return scratch;
  const stateDir = scratchFolder('rest');
  scratch = { stateDir, own: loadIdentity(stateDir) };
  return scratch;
}

export const ownCertificate = () => scratchOnce().own;

const marie: Session = {
  ...{ id: 'ab'.repeat(32), user: 'marie', name: 'Marie', role: 'admin', scopes: null },
  from: '127.0.0.1',
};

export async function restApp(): Promise<App> {
  const { stateDir, own } = scratchOnce();
  const store = filledStore();
  const client = store.client();
  const clock = hurriedClock();
  const log = createLog({ name: 'web', level: 'error', write: () => undefined });
  const fleet = createFleet(client);
  await fleet.refresh();
  const counters = createCounters();
  const audit = createAudit({ store: client, clock, log });
  const passwords = {
    hash: async (password: string) => `plain ${password}`,
    verify: async (password: string, kept: string | null) => kept === `plain ${password}`,
  };
  const users = createUsers({ store: client, passwords });
  await users.load();
  const sessions = sessionOf(() => ({ ...marie, name: users.get(marie.user)?.name ?? '' }));
  const recovery = createRecovery({ users, audit, counters, clock, onChange: () => undefined });
  const apiTokens = createApiTokens({ store: client, users, clock, log });
  const browsers = createKnownBrowsers({ store: client, clock });
  const throttle = createThrottle(clock);
  const firstCode = createOneTimeCode({ clock, onChange: () => undefined, whenSpent: 'draw' });
  const codeDelays = createDelays(clock, { perHour: 3_000 });
  const people = { users, sessions, browsers, throttle, audit, counters, clock };
  const certificates = createCertificates({
    stateDir,
    own: await own,
    nowMs: () => clock.wallMs(),
  });
  const door = filledDoor().client();
  return createApp({
    ...people,
    get: createGet({ packagesDir: stateDir, ingest: door, certificates, urls: () => [] }),
    ...{ store: client, ingest: door, display: new PanelInRam().client(), fleet, live },
    watch: { ...(await watchInRam({ stateDir })).client, mailOffer },
    signIn: createSignIn({ ...people, firstCode, recovery, codeDelays }),
    ...{ apiTokens, certificates, log, limits: webLimits, resets: { begin: async () => undefined } },
    hosts: createHosts(['netmonitor.local']),
    gate: createGate(webLimits, clock),
    resets: { begin: async () => undefined },
    clockTrusted: () => true,
    boxNowMs: () => clock.wallMs(),
    boxName: () => 'netmonitor-abcd',
    ...{ securityContact: '', assetsDir: stateDir },
  });
}

/** No server of a mutated name is asked. */
async function mailOffer(host: string): Promise<MailOffer> {
  return { host, tried: [], answers: [], suggestion: null };
}

function filledStore(): StoreInRam {
  const store = new StoreInRam();
  store.machines.set(1, machineOf(1));
  const person = { role: 'viewer', password: 'plain correct horse', createdMs: 1, invitation: null };
  store.records.set('users/marie', { ...person, name: 'Marie', role: 'admin' });
  store.records.set(`users/${personId}`, { ...person, name: 'Paul' });
  const token = { name: 'script', role: 'viewer', scopes: ['read'], user: 'marie', createdMs: 1 };
  for (const hash of [createHash('sha256').update(apiToken).digest('hex'), tokenId.repeat(4)])
    store.records.set(`api-tokens/${hash}`, { ...token, expiresMs: null, usedMs: null, usedFrom: null });
  return store;
}

function filledDoor(): DoorInRam {
  const door = new DoorInRam();
  door.room = [
    {
      ...{ id: guestId, name: 'pc', address: '192.0.2.7', os: 'Linux', version: '0.1.0', sinceMs: 1 },
      ...{ digits: null, machineAnswer: null, pinned: false, connected: true, earlier: [] },
    },
  ];
  return door;
}

const sessionOf = (signedIn: () => Session): Sessions => ({
  load: async () => undefined,
  open: async () => sessionToken,
  find: async (token) => (token === sessionToken ? signedIn() : null),
  close: async () => undefined,
  closeOf: async () => undefined,
  closeOne: async (_user, id) => marie.id.startsWith(id),
  of: () => [{ id: marie.id.slice(0, 16), from: marie.from, browser: '', startedMs: 1, idleMs: 1 }],
  sources: () => [],
  onEnd: () => undefined,
  start: () => undefined,
  stop: async () => undefined,
});

/** A stream would never end: what is asked is looked at, then there is no room. */
const live: Live = {
  name: 'live',
  start: async () => undefined,
  stop: async () => undefined,
  room() {
    throw new Failure('TOO_MANY', 'enough streams');
  },
  join: () => undefined,
  staleSinceMs: () => null,
  streams: () => 0,
};

/** A minute goes by whenever somebody looks, so that no delay hides what lies behind it. */
function hurriedClock(): Clock {
  let nowMs = 0;
  const next = () => (nowMs += 60_000);
  const timer = () => ({ stop: () => undefined });
  return {
    wallMs: () => 1_700_000_000_000 + next(),
    monotonicMs: next,
    every: timer,
    after: timer,
    sleep: () => Promise.resolve(),
  };
}
