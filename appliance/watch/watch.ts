/** The watch put together: it begins when the store can be read, looks at regular times, and answers on its sockets. */
import type { DisplayClient } from '../../display/client/client.ts';
import type { IngestClient } from '../ingest/client/client.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Config } from '../runtime/config.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import { type Log, limited } from '../runtime/log.ts';
import type { Part } from '../runtime/parts.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { WebClient } from '../web/client/types.ts';
import type { watchConfig } from './config.ts';
import type { Devices, DevicesOptions } from './devices/devices.ts';
import { joinDevices, openVendors } from './devices/joined.ts';
import { Duty } from './duty.ts';
import { alone, type Reach } from './notifiers/reach.ts';
import { isElsewhere } from './notifiers/road.ts';
import { Mailroom } from './outbox/mailroom.ts';
import { paceOf } from './outbox/pace.ts';
import { alwaysOn } from './probes/always.ts';
import { joinProbes } from './probes/joined.ts';
import type { ProbeDoor } from './probes/options.ts';
import type { Probes } from './probes/probes.ts';
import { Listeners, watchServer } from './server.ts';
import { Signals } from './signals.ts';
import { probeIdOf } from './verdict/probe-series.ts';

export type Neighbours = {
  ingest: Pick<IngestClient, 'notifyAll'>;
  display: Pick<DisplayClient, 'setSignal' | 'trySignal'>;
  web: Pick<WebClient, 'page'>;
};

export type WatchParts = {
  config: Config<typeof watchConfig>;
  runDir: string;
  stateDir: string;
  store: StoreClient;
  /** Who tells machines what to check, and what became of it. */
  door: ProbeDoor & { close(): void };
  /** Who sees which devices are on the network. */
  lan: DevicesOptions['door'] & { close(): void };
  /** Through which desktops, light and buzzer are reached. */
  neighbours?: Neighbours;
  clock: Clock;
  log: Log;
  alive(): void;
  fail(error: unknown): void;
};

const sweepEveryMs = 6 * 3_600_000;
const triesEveryMs = 500;
/** Systemd waits longer for us. */
const longestMeetingMs = 10_000;

type Rooms = { duty: Duty; mailroom: Mailroom; probes: Probes; devices: Devices };

export function createWatch(o: WatchParts): Rooms & { parts: Part[] } {
  const log = limited(o.log, 60_000, o.clock);
  const listeners = new Listeners();
  const duty: Duty = new Duty({
    ...{ ...o, log },
    onChange(incident) {
      listeners.tell({ incident });
      if (incident.machine === null) probes.lookAt(probeIdOf(incident.subject));
      signals.look();
    },
    onTold: () => mailroom.outbox.wake(),
    onStoreBack: () => {
      mailroom.reload();
      probes.reload();
      devices.load().catch((error: unknown) => {
        log.warn('devices could not be read again', { error: messageOf(error) });
      });
    },
  });
  const probes: Probes = joinProbes(duty, { ...o, log, builtIns: o.config.always_on ? alwaysOn() : [] });
  probes.onChange((id, probe) => listeners.tell(probe === null ? { probeRemoved: id } : { probe }));
  const signals: Signals = new Signals({
    ...{ ...o, log, now: () => duty.time.now() },
    channels: () => mailroom.definitions(),
    incidents: () => duty.incidents.list(),
    groupsOf: (of) => duty.groupsOf(of),
    set: async (level) => o.neighbours?.display.setSignal(level),
  });
  const reach = reachOf(duty, signals, o);
  const vendors = openVendors(o.config.vendors_file, log);
  const devices: Devices = joinDevices(duty, {
    ...{ ...o, log, door: o.lan, vendors },
    probes: () => probes.definitions(),
  });
  const mailroom: Mailroom = new Mailroom({
    ...{ ...o, log, reach, pace: paceOf(o.config) },
    now: () => duty.time.now(),
  });
  const timers: Timer[] = [];
  const sweep = () => {
    Promise.all([duty.archive.sweep(), mailroom.outbox.shelf.sweep()]).catch((error: unknown) => {
      log.warn('old incidents and deliveries could not be removed', { error: messageOf(error) });
    });
  };
  const work: Part = {
    name: 'duty',
    async start(signal) {
      await untilRead({ duty, mailroom, probes, devices }, o, signal);
      timers.push(
        o.clock.every(o.config.look_interval, () => {
          duty.look();
          probes.look();
          signals.look();
          o.alive();
        }),
        o.clock.every(sweepEveryMs, sweep),
      );
    },
    async stop() {
      for (const timer of timers) timer.stop();
      probes.stop();
      await devices.stop();
      await duty.stop();
      await mailroom.outbox.stop();
      await signals.settled();
      o.store.close();
      o.door.close();
      o.lan.close();
      vendors?.close();
    },
  };
  return {
    parts: [work, watchServer({ ...o, duty, mailroom, probes, devices, listeners, log })],
    duty,
    mailroom,
    probes,
    devices,
  };
}

function reachOf(duty: Duty, signals: Signals, { config, neighbours }: WatchParts): Reach {
  const outside = { isElsewhere: (address: string) => isElsewhere(address, config.servers_here) };
  if (neighbours === undefined) return { ...alone, ...outside };
  return {
    ...outside,
    machinesOf: (groups) =>
      duty.library.groups().flatMap(({ id, machines }) => (groups.includes(id) ? machines : [])),
    nameOf: (machine) => duty.machines().find((one) => one.machine === machine)?.name ?? null,
    notify: (machines, text) => neighbours.ingest.notifyAll(machines, text),
    signal: () => signals.say(),
    trySignal: (output) => neighbours.display.trySignal(output),
    page: () => pageOf(neighbours.web),
  };
}

/** No message waits because nobody says where the page is; `localhost` is nobody's address but the box's. */
async function pageOf(web: Pick<WebClient, 'page'>): Promise<string | null> {
  try {
    const [url] = await web.page();
    return url === undefined || new URL(url).hostname === 'localhost' ? null : url;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** Who is told something is to hear names: before they are known nobody is answered, and nothing is sent. */
async function met(duty: Duty, clock: Clock, signal: AbortSignal): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = clock.after(longestMeetingMs, () => late.resolve());
  signal.addEventListener('abort', () => late.resolve(), { once: true });
  if (signal.aborted) late.resolve();
  await Promise.race([duty.met, late.promise]);
  timer.stop();
}

/** The store may begin after us. */
async function untilRead(
  { duty, mailroom, probes, devices }: Rooms,
  { clock, log, alive }: WatchParts,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await duty.archive.earlierWrites();
      await mailroom.load();
      await probes.load();
      await devices.load();
      await duty.start();
      await met(duty, clock, signal);
      probes.start();
      devices.start();
      return mailroom.outbox.start();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      log.debug('the store cannot be read yet', { error: error.message });
    }
    alive();
    await clock.sleep(triesEveryMs, signal);
  }
}
