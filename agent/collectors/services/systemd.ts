/**
 * Services of systemd. Their states come from systemd itself, by two calls that anybody may make over the system bus; no
 * process is started. When to ask is told by the folders of their control groups, of which each running service has one:
 * how many there are costs a call of fstat.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Service, ServiceState } from '../../../appliance/protocol/services.ts';
import { Bus } from '../../bus/bus.ts';
import type { Heard, Values } from '../../bus/message.ts';
import { askForLogind, powerNewsOf, powerRule } from '../../bus/power.ts';
import type { ServiceKind, ServicePlaces, ServiceSource } from './source.ts';

/** A service that failed before it had a control group, or that began anew between two cycles, is seen by then. */
const LOOK_EVERY_MS = 300_000;
const SOCKET = 'run/dbus/system_bus_socket';
/** With the unified hierarchy, beside older ones, and before it. */
const GROUPS = ['fs/cgroup/system.slice', 'fs/cgroup/unified/system.slice', 'fs/cgroup/systemd/system.slice'];
/** Which of the stopped ones are meant to run. */
const WANTED = ['multi-user', 'graphical', 'default'].map(
  (name) => `etc/systemd/system/${name}.target.wants`,
);
/** Of a person's session, and those of a command: they come and go and are nobody's services. */
const NOT_MEANT = /^(user@|user-runtime-dir@|run-[a-z]?[0-9a-f]+\.)/;
const SUFFIX = '.service';
/** No sender is called that. */
const NOBODY = '';

const systemd1 = { destination: 'org.freedesktop.systemd1', path: '/org/freedesktop/systemd1' };
const units = {
  ...systemd1,
  interface: 'org.freedesktop.systemd1.Manager',
  member: 'ListUnitsByPatterns',
  arguments: [[], [`*${SUFFIX}`]],
} as const;

export type Unit = {
  name: string;
  label: string;
  load: string;
  active: string;
  sub: string;
  path: string;
};

/** An answer of type `a(ssssssouso)`. */
export function readUnits(answer: Values): Unit[] {
  const read: Unit[] = [];
  const bytes = answer.u32();
  answer.align(8);
  const end = answer.at + bytes;
  while (answer.at < end) {
    answer.align(8);
    const [name, label] = [answer.text(), answer.text()];
    const [load, active, sub] = [answer.text(), answer.text(), answer.text()];
    answer.skipText(); // which unit it follows
    const path = answer.text();
    answer.u32(); // its job: number, type and path
    answer.skipText();
    answer.skipText();
    read.push({ name, label, load, active, sub, path });
  }
  return read;
}

export function stateOf({ active, sub }: Pick<Unit, 'active' | 'sub'>): ServiceState {
  if (active === 'failed') return 'failed';
  if (active === 'activating') return sub === 'auto-restart' ? 'restarting' : 'starting';
  if (active === 'deactivating') return 'stopping';
  if (active === 'inactive' || active === 'maintenance') return 'stopped';
  return sub === 'exited' ? 'done' : 'running';
}

export const systemd: ServiceKind = (places) => {
  const { root } = places;
  const path = join(root.root, SOCKET);
  if (root.list('run/systemd/system').length === 0 || !existsSync(path)) return undefined;
  return new Systemd({ ...places, path });
};

class Systemd implements ServiceSource {
  readonly everyMs = LOOK_EVERY_MS;
  readonly #o: ServicePlaces & { path: string };
  /** Folders of control groups, and how many links each had at the last look. */
  readonly #groups = new Map<string, number>();
  /** Unit → its state and since when; also those that ran once and have stopped. */
  readonly #known = new Map<string, { state: string; sinceMs: number | undefined }>();
  #bus: Bus | undefined;
  /** Who logind is on the bus. */
  #logind = NOBODY;

  constructor(options: ServicePlaces & { path: string }) {
    this.#o = options;
  }

  stirred(): boolean {
    for (const [folder, links] of this.#groups) if (this.#o.sys.links(folder) !== links) return true;
    return false;
  }

  async look(): Promise<Service[]> {
    this.#count();
    const bus = await this.#open();
    await this.#listen(bus);
    const wanted = new Set(WANTED.flatMap((folder) => this.#o.root.list(folder)));
    const meant = readUnits((await bus.call(units)).body).filter(
      (unit) => unit.name.endsWith(SUFFIX) && !NOT_MEANT.test(unit.name) && this.#matters(unit, wanted),
    );
    await Promise.all(meant.map((unit) => this.#date(bus, unit)));
    const names = new Set(meant.map(({ name }) => name));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
    return meant.map((unit) => {
      const { sinceMs } = this.#known.get(unit.name)!;
      return {
        name: unit.name.slice(0, -SUFFIX.length),
        ...(unit.label === '' || unit.label === unit.name ? {} : { label: unit.label }),
        state: stateOf(unit),
        ...(sinceMs === undefined ? {} : { sinceMs }),
      };
    });
  }

  async #open(): Promise<Bus> {
    if (this.#bus?.open === true) return this.#bus;
    const { clock, path, onPower } = this.#o;
    const onSignal = (signal: Heard): void => {
      const news = powerNewsOf(signal, this.#logind);
      if (news !== undefined) onPower?.(news);
    };
    this.#bus = await Bus.open({ path, clock, onSignal });
    if (onPower !== undefined) await this.#bus.listen(powerRule);
    return this.#bus;
  }

  /** Each time: logind may have begun anew. */
  async #listen(bus: Bus): Promise<void> {
    if (this.#o.onPower === undefined) return;
    try {
      this.#logind = (await bus.call(askForLogind)).body.text();
    } catch {
      this.#logind = NOBODY; // A machine without logind: scripts say goodbye there.
    }
  }

  close(): void {
    this.#bus?.close();
    this.#bus = undefined;
  }

  /** What is inactive was mostly never meant to run: helpers, and what timers start. */
  #matters(unit: Unit, wanted: ReadonlySet<string>): boolean {
    if (unit.active !== 'inactive') return true;
    return unit.load === 'loaded' && (wanted.has(unit.name) || this.#known.has(unit.name));
  }

  /** Only what has changed is asked about. */
  async #date(bus: Bus, { name, path, active, sub }: Unit): Promise<void> {
    const state = `${active} ${sub}`;
    if (this.#known.get(name)?.state === state) return;
    this.#known.set(name, { state, sinceMs: undefined });
    try {
      const { body } = await bus.call({
        ...{ destination: systemd1.destination, path },
        ...{ interface: 'org.freedesktop.DBus.Properties', member: 'Get' },
        arguments: ['org.freedesktop.systemd1.Unit', 'StateChangeTimestamp'],
      });
      const sinceMs = body.signature() === 't' ? Math.floor(body.u64() / 1_000) : 0;
      if (sinceMs > 0) this.#known.set(name, { state, sinceMs });
    } catch (error) {
      // A unit that has gone meanwhile has no date; a bus that has gone has no list.
      if (!bus.open) throw error;
    }
  }

  /** Before the look: what stirs meanwhile is seen at the next cycle. */
  #count(): void {
    const { sys } = this.#o;
    if (this.#groups.size === 0) {
      const top = GROUPS.find((folder) => sys.links(folder) !== undefined);
      if (top === undefined) return;
      const slices = sys.list(top).filter((name) => name.endsWith('.slice'));
      for (const folder of [top, ...slices.map((name) => `${top}/${name}`)]) this.#groups.set(folder, 0);
    }
    for (const folder of this.#groups.keys()) {
      const links = sys.links(folder);
      if (links === undefined) this.#groups.delete(folder);
      else this.#groups.set(folder, links);
    }
  }
}
