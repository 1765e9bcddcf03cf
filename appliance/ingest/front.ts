/** What speaks with the machines: the door, the reception behind it, sessions, and how they know whether the box is ready. */
import { messageOf } from '../runtime/errors.ts';
import { Door } from './door.ts';
import type { Core, IngestOptions } from './ingest.ts';
import { LocalAgent } from './local-agent.ts';
import { Reception } from './reception.ts';
import type { DoorCount } from './security-series.table.ts';
import { SecuritySeries } from './security-series.ts';
import { Session, type SessionSurroundings } from './session.ts';
import { keepTold } from './told.ts';

/** Nobody is let in before the store has told its machines and what time it is. */
export function isReady(o: IngestOptions, { roster, followed }: Core): boolean {
  return roster.ready && (o.clockState !== undefined || followed.state !== null);
}

export function buildDoor(o: IngestOptions, core: Core): Door {
  const { clock, log, identity, limits } = o;
  const { admission, chronicle, sessions, states } = core;
  const turnedAway = { full: 0, silenced: 0 };
  const countOf = (name: DoorCount): number => {
    if (name === 'tokens') return core.tokens.refused;
    if (name === 'full' || name === 'silenced') return turnedAway[name];
    return door.refused.get(name) ?? 0;
  };
  const surroundings = surroundingsOf(o, core, countOf);
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
      core.probes.greet(machine.machine, session);
      if (machine.local) core.neighbours.greet(machine.machine, session);
      return session;
    },
    onFailed: (connection, error) =>
      log.warn('the agent on this box is not admitted', {
        address: connection.address,
        reason: messageOf(error),
      }),
    onTurnedAway: (why) => {
      turnedAway[why]++;
    },
    ...(limits?.helloMs ? { helloMs: limits.helloMs } : {}),
  });
  admission.onAdmitted((connection, machine, hello) => reception.seat(connection, machine, hello));
  const door: Door = new Door({
    identity,
    listen: o.listen,
    port: o.port,
    clock,
    log,
    greet: (connection, place) => reception.greet(connection, place),
    ...(limits?.gate ? { limits: limits.gate } : {}),
    ...(limits?.handshakeMs ? { handshakeMs: limits.handshakeMs } : {}),
  });
  return door;
}

function surroundingsOf(
  o: IngestOptions,
  core: Core,
  door: (name: DoorCount) => number,
): SessionSurroundings {
  const { clock, log } = o;
  const { states, sessions, roster, dictionaries } = core;
  const isBox = (machine: number) => roster.byNumber(machine)?.local === true;
  const counts = { isBox, door, web: o.webCounters, askWebEveryMs: o.limits?.askWebEveryMs };
  return {
    ...{ clock, log, dictionaries },
    security: new SecuritySeries({ counts, dictionaries, clock, log }),
    forwarder: core.forwarder,
    runClocks: core.runClocks,
    paces: core.paces,
    onHeard: (machine) => states.heard(machine),
    // Whoever only restarts is silent for a moment; if it does not come back, it vanishes.
    onGoodbye: (machine, reason) => {
      if (reason !== 'restart') states.left(machine, reason === 'sleep' ? 'asleep' : 'off');
    },
    onTold: (session, message) => keepTold(core, session, message),
    onClock: (machine, pair) => core.followed.heard(machine, pair),
    onClosed: (session) => sessions.closed(session),
  };
}
