/** The station put together: every part built and joined, nothing started. main.ts and tests run it. */
import type { Clock } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { roleServer, routesFor } from '../runtime/socket/roles.ts';
import type { StoreClient } from '../store/client/client.ts';
import { Admission } from './admission.ts';
import { ownAddresses } from './announce.ts';
import { Chronicle } from './chronicle.ts';
import { ingestRoles, ingestSocket } from './client/roles.ts';
import type { Door as DoorReport } from './client/types.ts';
import { Clones } from './clones.ts';
import { Dictionaries } from './dictionaries.ts';
import { Door } from './door.ts';
import { enrolmentRoutes } from './enrolment-routes.ts';
import { FollowedClock } from './followed-clock.ts';
import type { ForwarderLimits } from './forwarder.ts';
import { buildForwarder } from './forwarding.ts';
import type { GateLimits } from './gate.ts';
import type { Identity } from './identity.ts';
import { LocalAgent, writeDoorFile } from './local-agent.ts';
import { OpenHouse } from './open-house.ts';
import { Paces } from './paces.ts';
import { Reception } from './reception.ts';
import { routeRoles } from './roles.table.ts';
import { Roster } from './roster.ts';
import { Rounds } from './rounds.ts';
import { BoxTime, RunClocks, type Verdict } from './run-clock.ts';
import { routesOf } from './server.ts';
import { Session, type SessionSurroundings } from './session.ts';
import { Sessions } from './sessions.ts';
import { States } from './states.ts';
import { StoreWriter } from './store-writer.ts';
import { Tokens } from './tokens.ts';
import { WaitingRoom } from './waiting-room.ts';

export type IngestOptions = {
  identity: Identity;
  store: StoreClient;
  clock: Clock;
  log: Log;
  runDir: string;
  version: string;
  listen: string;
  port: number;
  /** Path of the public key of the agent on this box, or ''. */
  localAgentKey: string;
  doorFile: string;
  /** The last time that the box was put back to as it was new: its own agent forgets with it. */
  reset?: string | null;
  vanishedAfterMs: number;
  /** In tests: what is taken for the store's judgement of the clock. */
  clockState?: Verdict;
  alive?: () => void;
  /** Smaller in tests. */
  limits?: {
    gate?: GateLimits;
    forwarder?: ForwarderLimits;
    helloMs?: number;
    handshakeMs?: number;
    answerMs?: number;
  };
};

export type Ingest = {
  parts: Part[];
  report: () => DoorReport;
  /** The store has told its machines: until then agents are asked to come back. */
  ready: () => boolean;
};

const retryMs = 60_000;

export function buildIngest(o: IngestOptions): Ingest {
  const core = buildCore(o);
  const { room, sessions } = core;
  const door = buildDoor(o, core);
  const report = (): DoorReport => ({
    id: o.identity.id,
    name: o.identity.name,
    host: `${o.identity.name}.local`,
    port: door.port,
    addresses: ownAddresses(),
    waiting: room.size,
    connected: sessions.size,
    refusedConnections: [...door.refused.values()].reduce((sum, count) => sum + count, 0),
  });
  const routes = [...routesOf({ ...core, door: report }), ...enrolmentRoutes(core)];
  const server = roleServer({
    ...{ runDir: o.runDir, log: o.log },
    ...{ roles: ingestRoles, socket: ingestSocket },
    routes: (role) => routesFor(role, routeRoles, routes),
  });
  const rounds = new Rounds({
    clock: o.clock,
    states: core.states,
    room,
    alive: o.alive ?? (() => undefined),
  });
  return {
    parts: [
      core.followed,
      core.clones,
      core.openHouse,
      core.writer,
      core.forwarder,
      core.roster,
      rounds,
      door,
      doorFile(o, door),
      server,
    ],
    report,
    ready: () => isReady(o, core),
  };
}

/** Nobody is let in before the store has told its machines and what time it is. */
function isReady(o: IngestOptions, { roster, followed }: Core): boolean {
  return roster.ready && (o.clockState !== undefined || followed.state !== null);
}

type Core = ReturnType<typeof buildCore>;

/** What knows the machines: registry, states, sessions, the way to the store. */
function buildCore(o: IngestOptions) {
  const { store, clock, log, vanishedAfterMs } = o;
  const followed = new FollowedClock({ store, clock, log });
  const time = new BoxTime(clock, o.clockState ?? (() => followed.state));
  const runClocks = new RunClocks(time);
  const dictionaries = new Dictionaries({ store, clock });
  const writer = new StoreWriter({ clock, log });
  const room: WaitingRoom = new WaitingRoom({
    boxHash: o.identity.id,
    clock,
    earlier: (name) => roster.named(name),
  });
  const paces = new Paces(clock);
  const machineOf = (machine: number) => roster.byNumber(machine);
  const chronicle = new Chronicle({ store, writer, clock, machineOf, vanishedAfterMs });
  const states = new States({
    nowMs: clock.monotonicMs(),
    vanishedAfterMs,
    onChange: (change) => chronicle.state(change),
  });
  const clones = new Clones({
    ...{ store, clock, log, wallMs: () => time.wallMs() },
    put: (task) => writer.put('clones', task),
    nameOf: (machine) => machineOf(machine)?.name ?? `#${machine}`,
    onChange: () => room.changed(),
  });
  const sessions = new Sessions({
    onClone: (machine, both) => {
      const addresses = [...new Set(both.map(({ address }) => address))];
      clones.hold(machine, addresses);
      chronicle.clone(
        machine,
        both.map(({ run }) => run),
        addresses,
      );
      const message =
        'two machines use this key: somebody must decide at the box, or give the copy a key of its own';
      for (const one of both) one.close('busy', { code: 'BUSY', message, retryMs });
    },
    ...(o.limits?.answerMs ? { answerMs: o.limits.answerMs } : {}),
  });
  const onRefused = (machine: number, code: string) => {
    log.warn('the store refused ticks', { machine, code });
    if (code === 'NOT_FOUND') return roster.remove(machine);
    // Places that we remember and the store does not have: ask it again.
    dictionaries.forget(machine);
    sessions.close(machine, 'busy', { code: 'BUSY', message: `the store refuses: ${code}`, retryMs });
  };
  const forwarder = buildForwarder(o, sessions, onRefused);
  const forget = (machine: number) => {
    sessions.close(machine, 'removed', {
      code: 'REMOVED',
      message: 'this machine was removed from the box',
      retryMs,
    });
    for (const one of [paces, clones, states, forwarder, dictionaries, runClocks, chronicle, followed]) {
      one.forget(machine);
    }
  };
  const roster: Roster = new Roster({
    store,
    clock,
    log,
    on: { onMachine: ({ machine, state }) => states.remember(machine, state), onRemoved: forget },
  });
  const tokens = new Tokens({ store, clock, wallMs: () => time.wallMs(), trusted: () => time.trusted() });
  const openHouse: OpenHouse = new OpenHouse({
    clock,
    onChange: () => room.changed(),
    onEnd: (by, admitted) => void chronicle.enrolment('closed', by, { admitted }),
  });
  const admission: Admission = new Admission({ store, roster, room, chronicle, openHouse, tokens, log });
  room.onChange(() => admission.welcomeAll());
  return {
    time,
    followed,
    runClocks,
    dictionaries,
    writer,
    room,
    chronicle,
    states,
    sessions,
    forwarder,
    roster,
    admission,
    paces,
    clones,
    tokens,
    openHouse,
  };
}

/** What speaks with the machines. */
function buildDoor(o: IngestOptions, core: Core): Door {
  const { clock, log, identity, limits } = o;
  const { admission, chronicle, sessions, states } = core;
  const surroundings = surroundingsOf(o, core);
  const reception: Reception = new Reception({
    clock,
    time: core.time,
    box: { name: identity.name, version: o.version },
    roster: {
      get ready() {
        return isReady(o, core);
      },
      byKey: (key) => core.roster.byKey(key),
    },
    room: core.room,
    localAgent: new LocalAgent({ path: o.localAgentKey, log }),
    admitLocal: (key, hello) => admission.admitLocal(key, hello),
    admitByToken: (connection, hello, token) => admission.admitByToken(connection, hello, token),
    isHeld: (machine) => core.clones.isHeld(machine),
    mayCome: (machine) => core.paces.of(machine).connections.take(clock.monotonicMs()),
    openSession: (connection, machine, hello) => {
      const session = new Session({ connection, machine: machine.machine, hello, surroundings });
      sessions.add(session);
      states.arrived(machine.machine, hello.intervalMs);
      chronicle.run(machine, hello.run, hello.osBoot);
      return session;
    },
    onFailed: (connection, error) =>
      log.warn('the agent on this box is not admitted', {
        address: connection.address,
        reason: messageOf(error),
      }),
    ...(limits?.helloMs ? { helloMs: limits.helloMs } : {}),
  });
  admission.onAdmitted((connection, machine, hello) => reception.seat(connection, machine, hello));
  return new Door({
    identity,
    listen: o.listen,
    port: o.port,
    clock,
    log,
    greet: (connection, place) => reception.greet(connection, place),
    ...(limits?.gate ? { limits: limits.gate } : {}),
    ...(limits?.handshakeMs ? { handshakeMs: limits.handshakeMs } : {}),
  });
}

function surroundingsOf(o: IngestOptions, core: Core): SessionSurroundings {
  const { chronicle, states, sessions } = core;
  return {
    clock: o.clock,
    log: o.log,
    dictionaries: core.dictionaries,
    forwarder: core.forwarder,
    runClocks: core.runClocks,
    paces: core.paces,
    onHeard: (machine) => states.heard(machine),
    // Whoever only restarts is silent for a moment; if it does not come back, it vanishes.
    onGoodbye: (machine, reason) => {
      if (reason !== 'restart') states.left(machine, reason === 'sleep' ? 'asleep' : 'off');
    },
    onFacts: (machine, facts) => chronicle.facts(machine, facts),
    onEvents: (machine, events) => chronicle.events(machine, events),
    onDenied: (machine) => chronicle.denied(machine),
    onClock: (machine, pair) => core.followed.heard(machine, pair),
    onClosed: (session) => sessions.closed(session),
  };
}

/** Tells the agent on this box where we are, once the port is known. */
function doorFile(o: IngestOptions, door: Door): Part {
  const { id: hash, name } = o.identity;
  const here = { addresses: ['127.0.0.1'], hash, name, reset: o.reset ?? null };
  return {
    name: 'door file',
    start: () => writeDoorFile(o.doorFile, { ...here, port: door.port }),
    stop: async () => undefined,
  };
}
