/** The station put together: every part built and joined, nothing started. main.ts and tests run it. */
import type { Clock } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import type { Log } from '../runtime/log.ts';
import { roleServer, routesFor } from '../runtime/socket/roles.ts';
import type { StoreClient } from '../store/client/client.ts';
import { Admission } from './admission.ts';
import { ownAddresses } from './announce.ts';
import { Asks } from './asks.ts';
import { Chronicle } from './chronicle.ts';
import { ingestRoles, ingestSocket } from './client/roles.ts';
import type { Door as DoorReport } from './client/types.ts';
import { Clones } from './clones.ts';
import { Dictionaries } from './dictionaries.ts';
import type { Door } from './door.ts';
import { enrolmentRoutes } from './enrolment-routes.ts';
import { FollowedClock } from './followed-clock.ts';
import type { ForwarderLimits } from './forwarder.ts';
import { buildForwarder } from './forwarding.ts';
import { buildDoor, isReady } from './front.ts';
import type { GateLimits } from './gate.ts';
import type { Identity } from './identity.ts';
import { writeDoorFile } from './local-agent.ts';
import { machineRoutes } from './machine-routes.ts';
import { Neighbours, neighbourRoutes } from './neighbours.ts';
import { OpenHouse } from './open-house.ts';
import { Paces } from './paces.ts';
import { Probes, probeRoutes } from './probes.ts';
import { routeRoles } from './roles.table.ts';
import { Roster } from './roster.ts';
import { Rounds } from './rounds.ts';
import { BoxTime, RunClocks, type Verdict } from './run-clock.ts';
import { routesOf } from './server.ts';
import { ServiceLists } from './service-lists.ts';
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
  /** What web counts of what it refuses. */
  webCounters?: () => Promise<Record<string, number>>;
  /** Smaller in tests. */
  limits?: {
    gate?: GateLimits;
    forwarder?: ForwarderLimits;
    helloMs?: number;
    handshakeMs?: number;
    answerMs?: number;
    askWebEveryMs?: number;
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
  const routes = [
    ...routesOf({ ...core, door: report }),
    ...enrolmentRoutes(core),
    ...machineRoutes(core),
    ...probeRoutes(core),
    ...neighbourRoutes(core),
  ];
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
      talks(core),
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

export type Core = ReturnType<typeof buildCore>;

/** What knows the machines: registry, states, sessions, the way to the store. */
function buildCore(o: IngestOptions) {
  const { store, clock, log, vanishedAfterMs } = o;
  const followed = new FollowedClock({ store, clock, log });
  const time = new BoxTime(clock, o.clockState ?? (() => followed.state));
  const runClocks = new RunClocks(time);
  const dictionaries = new Dictionaries({
    ...{ store, clock },
    isAssigned: (machine, probe) => probes.runs(machine, probe),
  });
  const writer = new StoreWriter({ clock, log });
  const room: WaitingRoom = new WaitingRoom({
    boxHash: o.identity.id,
    clock,
    earlier: (name) => roster.named(name),
  });
  const paces = new Paces(clock);
  const machineOf = (machine: number) => roster.byNumber(machine);
  const chronicle = new Chronicle({ store, writer, clock, machineOf, vanishedAfterMs });
  const services = new ServiceLists({ store, writer, clock, wallMs: () => time.wallMs() });
  const asks = new Asks({ clock, sessionOf: (machine) => sessions.get(machine) });
  const probes = new Probes({ sessionOf: (machine) => sessions.get(machine) });
  const neighbours = new Neighbours({ clock, sessionOf: (machine) => sessions.get(machine) });
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
    for (const one of [paces, clones, states, forwarder, dictionaries, runClocks]) one.forget(machine);
    for (const one of [chronicle, services, asks, probes, followed]) one.forget(machine);
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
    services,
    asks,
    probes,
    neighbours,
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

/** What waits for machines to say something ends with the door. */
function talks({ services, asks }: Core): Part {
  return {
    name: 'talks',
    start: async () => undefined,
    async stop() {
      services.stop();
      asks.stop();
    },
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
