/** The watch as the other daemons call it, over its unix socket. */
import { join } from 'node:path';
import type { Timer } from '../../runtime/clock.ts';
import type { Failure } from '../../runtime/errors.ts';
import { createLocalClient } from '../../runtime/socket/client.ts';
import type { Channel, ChannelKind, ChannelTest, Delivery, MailOffer, NewChannel } from './channels.ts';
import type { Device, DeviceChange, DevicePage } from './devices.ts';
import type { AvailabilitySpan, NewProbe, ProbeChange, ProbeState } from './probes.ts';
import { type WatchRole, watchSocket } from './roles.ts';
import type {
  Actor,
  Group,
  Incident,
  IncidentPage,
  IncidentQuery,
  NewRule,
  NewSchedule,
  Preview,
  Rule,
  RuleChange,
  RuleKindInfo,
  Schedule,
  Scope,
  WatchChange,
  WatchHealth,
} from './types.ts';

export type * from './channels.ts';
export type * from './devices.ts';
export type * from './probes.ts';
export type * from './types.ts';

export type WatchListener = {
  onChange(change: WatchChange): void;
  onUp?(): void;
  onDown?(error: Failure): void;
};

export interface WatchClient {
  incidents(query?: IncidentQuery): Promise<IncidentPage>;
  incident(id: number): Promise<Incident>;
  /** Until somebody takes it back, it is good again, or the time comes. */
  acknowledge(id: number, o: { note: string; untilMs: number | null }, by: Actor): Promise<Incident>;
  release(id: number, by: Actor): Promise<Incident>;
  rules(): Promise<{ kinds: RuleKindInfo[]; rules: Rule[] }>;
  createRule(rule: NewRule, by: Actor): Promise<Rule>;
  /** Says anew what the rule is in this scope; an empty change makes it as the wider scope says. */
  changeRule(id: string, scope: Scope, change: RuleChange, by: Actor): Promise<Rule>;
  removeRule(id: string, by: Actor): Promise<void>;
  /** What would have fired: nothing is saved. */
  preview(o: { rule: NewRule; days: number; machines?: number[] }): Promise<Preview>;
  schedules(): Promise<Schedule[]>;
  createSchedule(schedule: NewSchedule, by: Actor): Promise<Schedule>;
  changeSchedule(id: string, schedule: NewSchedule, by: Actor): Promise<Schedule>;
  removeSchedule(id: string, by: Actor): Promise<void>;
  groups(): Promise<Group[]>;
  putGroup(group: Group, by: Actor): Promise<Group>;
  removeGroup(id: string, by: Actor): Promise<void>;
  devices(): Promise<DevicePage>;
  /** Goes round and knocks, once; UNAVAILABLE while the box's own agent is away. */
  searchDevices(by: Actor): Promise<DevicePage>;
  changeDevice(id: string, change: DeviceChange, by: Actor): Promise<Device>;
  removeDevice(id: string, by: Actor): Promise<void>;
  probes(): Promise<ProbeState[]>;
  probe(id: string): Promise<ProbeState>;
  /** Over the last day, week, month and year. */
  probeAvailability(id: string): Promise<AvailabilitySpan[]>;
  createProbe(probe: NewProbe, by: Actor): Promise<ProbeState>;
  changeProbe(id: string, change: ProbeChange, by: Actor): Promise<ProbeState>;
  removeProbe(id: string, by: Actor): Promise<void>;
  /** Once more now; what it was before is answered. */
  runProbe(id: string, by: Actor): Promise<ProbeState>;
  channels(): Promise<{ kinds: ChannelKind[]; channels: Channel[] }>;
  createChannel(channel: NewChannel, by: Actor): Promise<Channel>;
  /** Secrets that are left out stay, unless it goes to another server now. */
  changeChannel(id: string, channel: NewChannel, by: Actor): Promise<Channel>;
  removeChannel(id: string, by: Actor): Promise<void>;
  testChannel(id: string): Promise<ChannelTest>;
  /** What the usual ports of a mail server, or of the best one for a mail address, answer, and what to choose. */
  mailOffer(host: string): Promise<MailOffer>;
  deliveries(limit?: number): Promise<Delivery[]>;
  changes(on: WatchListener): Timer;
  health(): Promise<WatchHealth>;
  close(): void;
}

/** A preview reads a week of every machine. */
const previewTimeoutMs = 120_000;
/** A server may think about each step of the dialogue. */
const testTimeoutMs = 120_000;
/** A year of several machines, behind others who ask the same. */
const availabilityTimeoutMs = 60_000;
const offerTimeoutMs = 20_000;
const segment = encodeURIComponent;

/** `as` says which of the watch's sockets is opened, and so what it will do for the caller. */
export function createWatchClient(o: { runDir: string; as: WatchRole }): WatchClient {
  const local = createLocalClient({ path: join(o.runDir, watchSocket(o.as)) });
  return {
    incidents: async (query = {}) =>
      (await local.get('/v1/incidents', { query: { ...query } })) as IncidentPage,
    incident: async (id) => (await local.get(`/v1/incidents/${id}`)) as Incident,
    acknowledge: async (id, { note, untilMs }, by) =>
      (await local.post(`/v1/incidents/${id}/acknowledge`, { note, untilMs, by })) as Incident,
    release: async (id, by) => (await local.post(`/v1/incidents/${id}/release`, { by })) as Incident,
    rules: async () => (await local.get('/v1/rules')) as { kinds: RuleKindInfo[]; rules: Rule[] },
    createRule: async (rule, by) => (await local.post('/v1/rules', { rule, by })) as Rule,
    changeRule: async (id, scope, change, by) =>
      (await local.put(`/v1/rules/${segment(id)}/${segment(scope)}`, { change, by })) as Rule,
    removeRule: async (id, by) => {
      await local.post(`/v1/rules/${segment(id)}/remove`, { by });
    },
    preview: async (asked) =>
      (await local.post('/v1/preview', asked, { timeoutMs: previewTimeoutMs })) as Preview,
    schedules: async () => (await local.get('/v1/schedules')) as Schedule[],
    createSchedule: async (schedule, by) => (await local.post('/v1/schedules', { schedule, by })) as Schedule,
    changeSchedule: async (id, schedule, by) =>
      (await local.put(`/v1/schedules/${segment(id)}`, { schedule, by })) as Schedule,
    removeSchedule: async (id, by) => {
      await local.post(`/v1/schedules/${segment(id)}/remove`, { by });
    },
    groups: async () => (await local.get('/v1/groups')) as Group[],
    putGroup: async ({ id, ...group }, by) =>
      (await local.put(`/v1/groups/${segment(id)}`, { group, by })) as Group,
    removeGroup: async (id, by) => {
      await local.post(`/v1/groups/${segment(id)}/remove`, { by });
    },
    devices: async () => (await local.get('/v1/devices')) as DevicePage,
    searchDevices: async (by) => (await local.post('/v1/devices/search', { by })) as DevicePage,
    changeDevice: async (id, change, by) =>
      (await local.put(`/v1/devices/${segment(id)}`, { change, by })) as Device,
    async removeDevice(id, by) {
      await local.post(`/v1/devices/${segment(id)}/remove`, { by });
    },
    probes: async () => ((await local.get('/v1/probes')) as { probes: ProbeState[] }).probes,
    probe: async (id) => (await local.get(`/v1/probes/${segment(id)}`)) as ProbeState,
    probeAvailability: async (id) => {
      const asked = local.get(`/v1/probes/${segment(id)}/availability`, { timeoutMs: availabilityTimeoutMs });
      return ((await asked) as { spans: AvailabilitySpan[] }).spans;
    },
    createProbe: async (probe, by) => (await local.post('/v1/probes', { probe, by })) as ProbeState,
    changeProbe: async (id, change, by) =>
      (await local.put(`/v1/probes/${segment(id)}`, { change, by })) as ProbeState,
    removeProbe: async (id, by) => {
      await local.post(`/v1/probes/${segment(id)}/remove`, { by });
    },
    runProbe: async (id, by) => (await local.post(`/v1/probes/${segment(id)}/run`, { by })) as ProbeState,
    channels: async () => (await local.get('/v1/channels')) as { kinds: ChannelKind[]; channels: Channel[] },
    createChannel: async (channel, by) => (await local.post('/v1/channels', { channel, by })) as Channel,
    changeChannel: async (id, channel, by) =>
      (await local.put(`/v1/channels/${segment(id)}`, { channel, by })) as Channel,
    removeChannel: async (id, by) => {
      await local.post(`/v1/channels/${segment(id)}/remove`, { by });
    },
    testChannel: async (id) =>
      (await local.post(`/v1/channels/${segment(id)}/test`, {}, { timeoutMs: testTimeoutMs })) as ChannelTest,
    mailOffer: async (host) =>
      (await local.post('/v1/channels/mail-offer', { host }, { timeoutMs: offerTimeoutMs })) as MailOffer,
    deliveries: async (limit = 100) =>
      (await local.get('/v1/deliveries', { query: { limit } })) as Delivery[],
    changes: ({ onChange, onUp, onDown }) =>
      local.follow('/v1/changes', {
        onLine: (value) => onChange(value as WatchChange),
        ...(onUp ? { onUp } : {}),
        ...(onDown ? { onDown } : {}),
      }),
    health: async () => (await local.get('/v1/health')) as WatchHealth,
    close: () => local.close(),
  };
}
