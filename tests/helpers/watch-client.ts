/** The watch as web calls it, without a socket between: the real one over a store in RAM. */
import { systemClock } from '../../appliance/runtime/clock.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import type { WatchClient } from '../../appliance/watch/client/client.ts';
import type { Devices } from '../../appliance/watch/devices/devices.ts';
import { joinDevices } from '../../appliance/watch/devices/joined.ts';
import { Duty } from '../../appliance/watch/duty.ts';
import { checkSchedule } from '../../appliance/watch/library/checks.ts';
import type { MailQuestions } from '../../appliance/watch/notifiers/mail-names.ts';
import type { MailDoor } from '../../appliance/watch/notifiers/mail-offer.ts';
import { Mailroom } from '../../appliance/watch/outbox/mailroom.ts';
import { preview } from '../../appliance/watch/preview.ts';
import { alwaysOn } from '../../appliance/watch/probes/always.ts';
import { checkNewProbe, checkProbeChange } from '../../appliance/watch/probes/checks.ts';
import { joinProbes } from '../../appliance/watch/probes/joined.ts';
import type { Probes } from '../../appliance/watch/probes/probes.ts';
import { parsed } from '../../appliance/watch/routes/bodies.ts';
import { kindNamed } from '../../appliance/watch/rules/index.ts';
import { checkChange, checkNewRule } from '../../appliance/watch/rules/options.ts';
import { LanDoorInRam } from './lan-door.ts';
import { ReachInRam } from './notices.ts';
import { ProbeDoorInRam } from './probe-door.ts';
import { WatchStoreInRam, watchedMachine } from './watch-store.ts';

export type MailSeams = { mailDoors?: readonly MailDoor[]; mailQuestions?: MailQuestions };

export type WatchInRam = {
  client: WatchClient;
  duty: Duty;
  mailroom: Mailroom;
  probes: Probes;
  devices: Devices;
  door: ProbeDoorInRam;
  lan: LanDoorInRam;
  store: WatchStoreInRam;
};

/** Channels can be made when there is a folder for their passwords; nothing is delivered but tests. */
export async function watchInRam(o: { stateDir?: string } & MailSeams = {}): Promise<WatchInRam> {
  const wallMs = () => systemClock.wallMs();
  const store = new WatchStoreInRam({ anchorMs: wallMs() - systemClock.monotonicMs(), wallMs });
  const log = createLog({ name: 'watch', level: 'error', write: () => undefined });
  const duty = new Duty({ store: store.client(), clock: systemClock, log, onChange: () => undefined });
  const mailroom = new Mailroom({
    ...{ store: store.client(), ...o, stateDir: o.stateDir ?? '/nowhere', clock: systemClock, log },
    ...{ now: () => duty.time.now(), reach: new ReachInRam() },
  });
  const door = new ProbeDoorInRam();
  const probes = joinProbes(duty, {
    ...{ store: store.client(), door, builtIns: alwaysOn(), clock: systemClock, log },
  });
  const lan = new LanDoorInRam();
  const devices = joinDevices(duty, {
    ...{ store: store.client(), door: lan, vendors: null, clock: systemClock, log },
    probes: () => probes.definitions(),
  });
  await mailroom.load();
  await probes.load();
  store.put(watchedMachine(1));
  await duty.start();
  probes.start();
  const { library, incidents } = duty;
  const book = () => library.book();
  const client: WatchClient = {
    incidents: (query = {}) => duty.page(query),
    async incident(id) {
      const found = await duty.find(id);
      if (found === null) throw new Failure('NOT_FOUND', `there is no incident ${id}`);
      return found;
    },
    acknowledge: async (id, said, by) => incidents.acknowledge(id, said, by),
    release: async (id, by) => incidents.release(id, by),
    rules: async () => ({ kinds: [], rules: book().ids.map((id) => book().rule(id)!) }),
    createRule: async (rule, by) => library.createRule(parsed(checkNewRule, rule), by),
    async changeRule(id, scope, change, by) {
      const rule = book().rule(id);
      if (rule === null) throw new Failure('NOT_FOUND', `there is no rule ${id}`);
      return library.changeRule(id, scope, parsed(checkChange(kindNamed(rule.kind)!), change), by);
    },
    removeRule: (id, by) => library.removeRule(id, by),
    preview: async ({ rule, days }) =>
      preview({
        ...{ store: store.client(), rule: parsed(checkNewRule, rule), machines: [], probes: [] },
        ...{ fromMs: wallMs() - days * 86_400_000, toMs: wallMs() },
      }),
    schedules: async () => library.schedules(),
    createSchedule: async (schedule, by) => library.createSchedule(parsed(checkSchedule, schedule), by),
    changeSchedule: async (id, schedule, by) =>
      library.changeSchedule(id, parsed(checkSchedule, schedule), by),
    removeSchedule: (id, by) => library.removeSchedule(id, by),
    groups: async () => library.groups(),
    putGroup: (group, by) => library.putGroup(group, by),
    removeGroup: (id, by) => library.removeGroup(id, by),
    devices: async () => devices.page(),
    async searchDevices(by) {
      await devices.search(by);
      return devices.page();
    },
    changeDevice: (id, change, by) => devices.change(id, change, by),
    removeDevice: (id, by) => devices.remove(id, by),
    probes: async () => probes.states(),
    probe: async (id) => probes.state(id),
    probeAvailability: (id) => probes.availability(id, new AbortController().signal),
    createProbe: async (probe, by) => {
      const { id } = await probes.create(parsed(checkNewProbe, probe), by);
      return probes.state(id);
    },
    changeProbe: async (id, change, by) => {
      await probes.change(id, parsed(checkProbeChange, change), by);
      return probes.state(id);
    },
    removeProbe: (id, by) => probes.remove(id, by),
    runProbe: async (id) => probes.run(id),
    channels: async () => ({ kinds: mailroom.kinds(), channels: mailroom.list() }),
    createChannel: (channel, by) => mailroom.create(channel, by),
    changeChannel: (id, channel, by) => mailroom.change(id, channel, by),
    removeChannel: (id, by) => mailroom.remove(id, by),
    testChannel: (id) => mailroom.test(id),
    mailOffer: (host) => mailroom.mailOffer(host),
    deliveries: (limit = 100) => mailroom.deliveries(limit),
    changes: () => ({ stop: () => undefined }),
    health: async () => duty.health(),
    close: () => undefined,
  };
  return { client, duty, mailroom, probes, devices, door, lan, store };
}
