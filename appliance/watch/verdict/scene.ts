/** What the watch knows at one moment, as the judges of causes look at it: pure. */
import { isIP } from 'node:net';
import { isIn, isPrivate } from '../../protocol/probes/networks.ts';
import { isOwnPlace } from '../../protocol/probes/target.ts';
import type { ProbeDefinition } from '../client/probes.ts';
import type { Incident } from '../client/types.ts';
import { type AlwaysOnRole, alwaysOnIds } from '../probes/always.ts';
import type { Presence } from '../rules/rule.ts';
import { beganOf, type Neighbours, type NetworkScene, nobodyKnows, type Witness } from './cause.ts';
import type { Return } from './company.ts';
import type { Failing, Where } from './explain.ts';
import type { Look } from './matrix-tally.ts';
import { probeIdOf, probeState } from './probe-series.ts';

export type SeenMachine = {
  machine: number;
  name: string;
  /** The one whose agent is the box's own. */
  local: boolean;
  presence: Presence;
  /** When anything of it was heard last. */
  heardMs: number;
  addresses: readonly string[];
};
export type SeenProbe = { probe: ProbeDefinition; looks: readonly Look[] };

export type View = {
  atMs: number;
  machines: readonly SeenMachine[];
  probes: readonly SeenProbe[];
  groups: readonly { id: string; machines: readonly number[]; parent?: string | undefined }[];
  /** The box has an address. */
  isLinked: boolean;
  /** The interface of the box that lost its cable when that began. */
  cableOut(sinceMs: number): string | null;
  whereIs(host: string): Where;
  /** The name or address that it aims at. */
  hostOf(probe: ProbeDefinition): string;
  /** It was answered before this process began; null: that is still asked. */
  wasReached(probe: ProbeDefinition): boolean | null;
  open: readonly Incident[];
  /** Of a date, on the axis of the inputs. */
  atOf(wallMs: number): number;
};

export type AlwaysOnWitness = Witness & {
  /** What it says of now may be older than its look by so much. */
  lagMs: number;
  /** Whether its silence says anything is still asked. */
  isAwaited: boolean;
  /** It was answered once, but at no look that is known: it fails for longer than that. */
  isOlder: boolean;
};

export type Scene = {
  network: NetworkScene;
  /** The interface of the box that has lost its cable. */
  cable: string | null;
  /** Those of the always-on probes that know anything. */
  witnesses: readonly AlwaysOnWitness[];
  /** Of one of them it is not known yet whether it knows anything. */
  isAwaited: boolean;
  /** What is wrong began before anything that is known. */
  isOlder: boolean;
  failing: ReadonlyMap<string, Failed>;
  /** Probes that are answered, too slowly for their rule, as if they failed since then. */
  slow: ReadonlyMap<string, Failing>;
};

/** Certain: an incident is open about it. */
export type Failed = Failing & { isCertain: boolean };

/** Longer than machines that are there may be silent: who was not heard by then is counted as the registry says. */
const patienceMs = 30_000;

/** The kind of what a probe measures while it is answered. */
export const slowKind = 'probe-latency';

export const machineKey = (machine: number) => `machine:${machine}`;
export const probeKey = (id: string) => `probe:${id}`;

/** What comes and goes: a machine or a probe, not something that is measured of it. */
export function comerOf({ kind, machine, subject }: Pick<Incident, 'kind' | 'machine' | 'subject'>) {
  if (kind !== 'flapping') return null;
  if (machine !== null) return subject === '' ? machineKey(machine) : null;
  const id = probeIdOf(subject);
  return id === null ? null : probeKey(id);
}

/** What an incident is about, if it may have a cause; null for all others. */
export function keyOf({ kind, machine, subject }: Pick<Incident, 'kind' | 'machine' | 'subject'>) {
  if (kind === 'vanished' && machine !== null) return machineKey(machine);
  if (kind !== 'probe-failing' || !subject.startsWith(probeState)) return null;
  const id = probeIdOf(subject);
  return id === null ? null : probeKey(id);
}

export function sceneOf(view: View): Scene {
  const { probes } = view;
  const witness = (role: AlwaysOnRole) =>
    witnessOf(
      probes.find(({ probe }) => probe.id === alwaysOnIds[role]),
      view,
    );
  const gateway = witness('gateway');
  const outside = [witness('outsideA'), witness('outsideB')];
  const names = witness('names');
  const { failing, slow } = troublesOf(view);
  const begun = { gateway, outside, names };
  const witnesses = [gateway, ...outside, names];
  const sinceMs = beganOf(begun);
  const cable = gateway.verdict === 'good' ? null : view.cableOut(sinceMs);
  const isOut = !view.isLinked || cable !== null;
  return {
    cable,
    network: {
      ...{ ...begun, link: isOut ? 'down' : 'up' },
      neighbours: neighboursOf(view, sinceMs, failing),
    },
    witnesses: witnesses.filter(({ verdict }) => verdict !== 'unknown'),
    isAwaited: witnesses.some((one) => one.isAwaited),
    isOlder: witnesses.every((one) => one.verdict !== 'bad' || one.isOlder),
    failing,
    slow,
  };
}

function witnessOf(seen: SeenProbe | undefined, { wasReached }: View): AlwaysOnWitness {
  const nothing = { ...nobodyKnows, lagMs: 0, isAwaited: false, isOlder: false };
  const look = seen?.looks[0];
  // What never answered may be forbidden here: its silence says nothing.
  if (seen === undefined || look === undefined) return nothing;
  const isKnown = look.wasUp || wasReached(seen.probe);
  if (isKnown !== true) return { ...nothing, isAwaited: isKnown === null };
  const { verdict, sinceMs, askedMs, reason } = look;
  const { kind, intervalMs } = seen.probe;
  const times = {
    ...{ sinceMs, askedMs, lagMs: kind === 'icmp' ? intervalMs : 0 },
    ...{ isAwaited: false, isOlder: !look.wasUp },
  };
  if (verdict === 'up') return { ...times, verdict: 'good', isSure: true };
  if (verdict === 'down') return { ...times, verdict: 'bad', isSure: askedMs - sinceMs >= intervalMs / 2 };
  return reason === 'NONE_HERE' ? { ...times, verdict: 'gone', isSure: true } : nothing;
}

/** Machines, and what probes find on the networks of the box. */
function neighboursOf(
  { atMs, machines, probes, whereIs, hostOf }: View,
  sinceMs: number,
  failing: Scene['failing'],
) {
  const count: Neighbours = { there: 0, gone: 0, awaited: 0 };
  const add = (isThere: boolean, heardMs: number) => {
    if (isThere && (heardMs > sinceMs || atMs - sinceMs > patienceMs)) count.there += 1;
    else if (isThere) count.awaited += 1;
    else if (heardMs > sinceMs - patienceMs) count.gone += 1;
  };
  for (const { local, presence, heardMs } of machines)
    if (!local && (presence.state === 'up' || isMissing(presence))) add(presence.state === 'up', heardMs);
  const own = machines.find(({ local }) => local)?.machine;
  for (const { probe, looks } of probes) {
    const isAnother = !probe.builtIn && whereIs(hostOf(probe)) === 'near';
    const look = isAnother ? looks.find(({ machine }) => machine === own) : undefined;
    if (look?.verdict === 'up') add(true, look.askedMs);
    else if (look?.verdict === 'down') add(false, failing.get(probeKey(probe.id))?.beganMs ?? look.sinceMs);
  }
  return count;
}

function troublesOf(view: View): Pick<Scene, 'failing' | 'slow'> {
  const { machines, probes, open, whereIs, hostOf, atOf } = view;
  const slowSince = new Map(
    open.filter((one) => one.kind === slowKind).map((one) => [probeIdOf(one.subject), atOf(one.openedMs)]),
  );
  const slow = new Map<string, Failing>();
  const opened = new Map(open.map((one) => [keyOf(one), atOf(one.openedMs)]));
  const failing = new Map<string, Failed>();
  // After a start nobody remembers since when, but that there was an incident.
  const put = (one: Failing) => {
    const openedMs = opened.get(one.key);
    const beganMs = Math.min(one.beganMs, openedMs ?? one.beganMs);
    failing.set(one.key, { ...one, beganMs, isCertain: openedMs !== undefined });
  };
  for (const seen of machines) {
    if (seen.local || !isMissing(seen.presence)) continue;
    const key = machineKey(seen.machine);
    const parents = parentsOf(view, seen.machine);
    put({
      ...{ key, name: seen.name, beganMs: seen.heardMs, where: nearest(seen.addresses, whereIs) },
      ...{ intervalMs: 0, isNameless: false, isFromBox: true, behind: parents.length > 0 ? [parents] : [] },
      ...{ sameDevice: [], device: key },
    });
  }
  const owners = new Map(
    machines.flatMap(({ machine, addresses }) => addresses.map((one) => [one, machine])),
  );
  const pings = new Map(
    probes.filter(({ probe }) => probe.kind === 'icmp').map(({ probe }) => [hostOf(probe), probe.id]),
  );
  const troubled = (probe: ProbeDefinition, looks: readonly Look[], beganMs: number): Failing => {
    const host = hostOf(probe);
    const owner = owners.get(host);
    const ping = pings.get(host);
    const device = owner === undefined ? host : machineKey(owner);
    return {
      ...{ key: probeKey(probe.id), name: probe.name, where: whereIs(host), device, beganMs },
      intervalMs: probe.intervalMs,
      isNameless: looks.every(({ reason }) => reason === 'NAME'),
      isFromBox: looks.some(({ machine }) => isBeside(machine, view)),
      behind: behindOf(probe, looks, view),
      sameDevice: [
        ...(owner === undefined ? [] : [machineKey(owner)]),
        ...(ping === undefined || ping === probe.id ? [] : [probeKey(ping)]),
      ],
    };
  };
  for (const { probe, looks } of probes) {
    if (probe.builtIn) continue;
    const down = looks.filter(({ verdict }) => verdict === 'down');
    const sinceMs = slowSince.get(probe.id);
    if (down.length > 0) put(troubled(probe, down, Math.min(...down.map((look) => look.sinceMs))));
    else if (sinceMs !== undefined) slow.set(probeKey(probe.id), troubled(probe, looks, sinceMs));
  }
  return { failing, slow };
}

/** Whether what was explained still fails, or is seen to be back. */
export function howIs({ failing }: Scene, { machines, probes }: View): (key: string) => Return {
  // Mostly nothing was explained, and nobody asks.
  let there: ReadonlySet<string> | undefined;
  const areThere = () =>
    new Set([
      ...machines.filter(({ presence }) => !isMissing(presence)).map(({ machine }) => machineKey(machine)),
      ...probes
        .filter(({ looks }) => looks.some(({ verdict }) => verdict === 'up'))
        .map(({ probe }) => probeKey(probe.id)),
    ]);
  return (key) => {
    if (failing.has(key)) return 'failing';
    there ??= areThere();
    return there.has(key) ? 'back' : 'unknown';
  };
}

/** It should be there, and is not heard. */
export function isMissing({ state, expectedOff }: Presence): boolean {
  return (state === 'silent' || state === 'vanished') && !expectedOff;
}

/** What the probe hangs behind; or, when only machines elsewhere cannot reach it, what those hang behind. */
function behindOf(probe: ProbeDefinition, down: readonly Look[], view: View): string[][] {
  const ofGroups = view.groups.flatMap(({ id, parent }) =>
    parent !== undefined && probe.groups.includes(id) ? [parent] : [],
  );
  const own = [...(probe.parent === null ? [] : [probe.parent]), ...ofGroups];
  if (own.length > 0) return [own];
  if (down.some(({ machine }) => view.machines.find((one) => one.machine === machine)?.local)) return [];
  const lists = down.map(({ machine }) => parentsOf(view, machine));
  return lists.every((list) => list.length > 0) ? lists : [];
}

function parentsOf({ groups }: View, machine: number): string[] {
  return groups.flatMap(({ machines, parent }) =>
    parent !== undefined && machines.includes(machine) ? [parent] : [],
  );
}

/** The box itself, or a machine on its networks: what cuts off the one cuts off the other. */
function isBeside(machine: number, { machines, whereIs }: View): boolean {
  const seen = machines.find((one) => one.machine === machine);
  return seen !== undefined && (seen.local || nearest(seen.addresses, whereIs) === 'near');
}

/** Names that nobody outside gives. */
const localName = /^[^.]+$|\.(?:local|lan|home|internal|localdomain|home\.arpa|box)\.?$/i;

export function whereOf(host: string, networks: readonly string[]): Where {
  if (isOwnPlace(host)) return 'near';
  if (isIP(host) === 0) return localName.test(host) ? 'near' : 'named';
  if (isIn(host, networks)) return 'near';
  return isPrivate(host) ? 'inside' : 'outside';
}

/** Of a machine with several addresses. Who has told none stands beside the box. */
function nearest(addresses: readonly string[], whereIs: View['whereIs']): Where {
  const all = addresses.map(whereIs);
  return (['near', 'inside', 'outside'] as const).find((where) => all.includes(where)) ?? 'near';
}
