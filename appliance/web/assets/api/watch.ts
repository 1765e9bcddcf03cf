/** What the page asks of the watch: incidents, rules, timetables, groups, channels, probes. */
import type {
  Channel,
  ChannelKind,
  ChannelTest,
  Delivery,
  MailOffer,
  NewChannel,
} from '../../../watch/client/channels.ts';
import type { Device, DeviceChange, DevicePage } from '../../../watch/client/devices.ts';
import type { AvailabilitySpan, NewProbe, ProbeChange, ProbeState } from '../../../watch/client/probes.ts';
import type {
  Group,
  Incident,
  NewRule,
  NewSchedule,
  Preview,
  Rule,
  RuleChange,
  RuleKindInfo,
  Schedule,
  Scope,
} from '../../../watch/client/types.ts';

export type {
  Channel,
  ChannelField,
  ChannelKind,
  ChannelTest,
  Delivery,
  MailAnswer,
  MailOffer,
  NewChannel,
} from '../../../watch/client/channels.ts';
export type { Device, DeviceStanding } from '../../../watch/client/devices.ts';
export type { AvailabilitySpan, NewProbe, ProbeState, VantageResult } from '../../../watch/client/probes.ts';
export type {
  Group,
  Hold,
  Incident,
  NewRule,
  NewSchedule,
  OptionSpec,
  OptionValues,
  Preview,
  Rule,
  RuleChange,
  RuleKindInfo,
  Schedule,
  ScheduleKind,
  Scope,
  Severity,
  WatchText,
  Weekly,
} from '../../../watch/client/types.ts';

/** From least to most. */
export const severities = ['low', 'medium', 'high', 'critical'] as const;
export const scheduleKinds = ['quiet', 'maintenance', 'expected-off'] as const;

/** As `probe-kinds` declares them: one option of a kind of probe. */
export type ProbeOption = {
  name: string;
  type: 'host' | 'url' | 'text' | 'choice' | 'number' | 'flag';
  about: { en: string; fr: string };
  default?: string | number | boolean;
  max?: number;
  min?: number;
  choices?: readonly string[];
  secret?: boolean;
};
export type ProbeKindInfo = {
  kind: string;
  about: { en: string; fr: string };
  options: ProbeOption[];
};

type Call = (
  method: string,
  path: string,
  o?: { body?: unknown; query?: Record<string, string | number | undefined>; timeoutMs?: number },
) => Promise<unknown>;
export type WatchCalls = ReturnType<typeof watchCalls>;

/** A week of every machine is read, or a server thinks about each step of the dialogue. */
const longMs = 130_000;
const segment = encodeURIComponent;

export function watchCalls(call: Call) {
  const incidentPath = (id: number): string => `/incidents/${id}`;
  const get = async <T>(path: string): Promise<T> => (await call('GET', path)) as T;
  const save = async <T>(method: 'POST' | 'PUT', path: string, body: unknown): Promise<T> =>
    (await call(method, path, { body })) as T;
  const remove = async (path: string): Promise<void> => void (await call('DELETE', path));
  return {
    incident: (id: number) => get<Incident>(incidentPath(id)),
    acknowledge: (id: number, o: { note: string; untilMs: number | null }) =>
      save<Incident>('POST', `${incidentPath(id)}/acknowledge`, o),
    release: (id: number) => save<Incident>('POST', `${incidentPath(id)}/release`, {}),
    rules: () => get<{ kinds: RuleKindInfo[]; rules: Rule[] }>('/rules'),
    makeRule: (rule: NewRule) => save<Rule>('POST', '/rules', rule),
    changeRule: (id: string, scope: Scope, change: RuleChange) =>
      save<Rule>('PUT', `/rules/${segment(id)}/${segment(scope)}`, change),
    removeRule: (id: string) => remove(`/rules/${segment(id)}`),
    preview: async (body: { rule: NewRule; days: number; machines?: number[] }) =>
      (await call('POST', '/rules/preview', { body, timeoutMs: longMs })) as Preview,
    schedules: async () => (await get<{ schedules: Schedule[] }>('/schedules')).schedules,
    makeSchedule: (schedule: NewSchedule) => save<Schedule>('POST', '/schedules', schedule),
    changeSchedule: (id: string, schedule: NewSchedule) =>
      save<Schedule>('PUT', `/schedules/${segment(id)}`, schedule),
    removeSchedule: (id: string) => remove(`/schedules/${segment(id)}`),
    groups: async () => (await get<{ groups: Group[] }>('/groups')).groups,
    putGroup: ({ id, ...group }: Group) => save<Group>('PUT', `/groups/${segment(id)}`, group),
    removeGroup: (id: string) => remove(`/groups/${segment(id)}`),
    channels: () => get<{ kinds: ChannelKind[]; channels: Channel[] }>('/channels'),
    makeChannel: (channel: NewChannel) => save<Channel>('POST', '/channels', channel),
    changeChannel: (id: string, channel: NewChannel) =>
      save<Channel>('PUT', `/channels/${segment(id)}`, channel),
    removeChannel: (id: string) => remove(`/channels/${segment(id)}`),
    testChannel: async (id: string) =>
      (await call('POST', `/channels/${segment(id)}/test`, { timeoutMs: longMs })) as ChannelTest,
    /** Of a server or of a mail address. */
    mailOffer: async (host: string) =>
      (await call('POST', '/channels/mail-offer', { body: { host }, timeoutMs: longMs })) as MailOffer,
    deliveries: async (limit: number) =>
      ((await call('GET', '/deliveries', { query: { limit } })) as { deliveries: Delivery[] }).deliveries,
    devices: () => get<DevicePage>('/devices'),
    searchDevices: () => save<DevicePage>('POST', '/devices/search', {}),
    changeDevice: (id: string, change: DeviceChange) =>
      save<Device>('PUT', `/devices/${segment(id)}`, change),
    removeDevice: (id: string) => remove(`/devices/${segment(id)}`),
    probeKinds: async () => (await get<{ kinds: ProbeKindInfo[] }>('/probe-kinds')).kinds,
    probes: async () => (await get<{ probes: ProbeState[] }>('/probes')).probes,
    probe: (id: string) => get<ProbeState>(`/probes/${segment(id)}`),
    makeProbe: (probe: NewProbe) => save<ProbeState>('POST', '/probes', probe),
    changeProbe: (id: string, change: ProbeChange) =>
      save<ProbeState>('PUT', `/probes/${segment(id)}`, change),
    removeProbe: (id: string) => remove(`/probes/${segment(id)}`),
    runProbe: async (id: string) => void (await call('POST', `/probes/${segment(id)}/run`)),
    availability: async (id: string) =>
      (await get<{ spans: AvailabilitySpan[] }>(`/probes/${segment(id)}/availability`)).spans,
  };
}
