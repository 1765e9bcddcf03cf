/** A made-up watch, repeatable: the uplink has failed, a disk is full, one machine in a room misses a server. */
import type {
  Channel,
  Delivery,
  Group,
  Incident,
  ProbeState,
  Rule,
  Schedule,
  WatchText,
} from '../../appliance/watch/client/client.ts';
import { builtIn, cooldownMs, repeatMs } from '../../appliance/watch/rules/defaults.table.ts';
import { kindNamed } from '../../appliance/watch/rules/index.ts';

export type SampleWatch = {
  incidents: Incident[];
  rules: Rule[];
  schedules: Schedule[];
  groups: Group[];
  channels: Channel[];
  deliveries: Delivery[];
  probes: ProbeState[];
};
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export function sampleIncident(id: number, text: WatchText, more: Partial<Incident> = {}): Incident {
  return {
    ...{ id, rule: 'vanished', kind: 'vanished', machine: null, subject: '', severity: 'high' },
    ...{ state: 'open', verdict: 'bad', openedMs: 0, trusted: true, resolvedMs: null, ending: null },
    ...{ acknowledged: null, told: true, toldMs: 0, timesTold: 1, hold: null, cause: null },
    ...{ text, evidence: {}, revision: 1 },
    ...more,
  } as Incident;
}

/** The uplink has failed; the rest of it is a full disk and a machine that somebody knows of. */
function incidentsAt(nowMs: number): Incident[] {
  const outside = Array.from({ length: 4 }, (_, index) =>
    sampleIncident(
      44 + index,
      {
        en: `Nobody reaches Provider ${index + 1}: no full answer in time`,
        fr: `Personne n’atteint Prestataire ${index + 1} : pas de réponse complète à temps`,
      },
      {
        ...{ rule: 'probe-failing', kind: 'probe-failing', subject: `probe.state:aaaaaaa${'bcde'[index]}` },
        ...{ cause: 48, hold: 'cause', told: false, timesTold: 0, openedMs: nowMs - 7 * minuteMs },
      },
    ),
  );
  const open = [
    sampleIncident(
      48,
      {
        en: 'The internet is unreachable: the router answers, the provider does not',
        fr: 'Internet est injoignable : le routeur répond, le fournisseur non',
      },
      {
        ...{ rule: 'probe-failing', kind: 'probe-failing', subject: 'probe.state:aaaaaaaf' },
        ...{ severity: 'critical', openedMs: nowMs - 7 * minuteMs, timesTold: 2 },
      },
    ),
    ...outside.reverse(),
    sampleIncident(
      43,
      { en: 'COURIER: not heard from for 6 minutes', fr: 'COURIER : plus rien depuis 6 minutes' },
      { machine: 4, openedMs: nowMs - 6 * minuteMs, verdict: 'unknown' },
    ),
    sampleIncident(
      42,
      {
        en: 'ACCOUNTS-2: Disk / at 96 % (limit 95 %), for 3 h',
        fr: 'ACCOUNTS-2 : Disque / à 96 % (limite 95 %), depuis 3 h',
      },
      {
        ...{ rule: 'disk-full', kind: 'threshold', machine: 38, severity: 'critical' },
        ...{
          subject: 'system.filesystem.utilization:/',
          openedMs: nowMs - 3 * hourMs,
          state: 'acknowledged',
        },
        evidence: { value: 0.963, limit: 0.95, side: 'above', forMs: 10_800_000 },
        acknowledged: {
          ...{ who: 'Odile', note: 'A larger disk comes on Monday.' },
          ...{ atMs: nowMs - 2 * hourMs, untilMs: nowMs + 2 * dayMs },
        },
      },
    ),
  ];
  const past = Array.from({ length: 41 }, (_, index) =>
    sampleIncident(
      41 - index,
      { en: 'LIBRARY: CPU at 97 % (limit 90 %)', fr: 'LIBRARY : Processeur à 97 % (limite 90 %)' },
      {
        ...{
          machine: 5,
          rule: 'cpu',
          kind: 'threshold',
          severity: 'medium',
          state: 'resolved',
          verdict: 'good',
        },
        ...{ subject: 'system.cpu.utilization', openedMs: nowMs - (index + 1) * 5 * hourMs },
        ...{ resolvedMs: nowMs - (index + 1) * 5 * hourMs + 25 * minuteMs, ending: 'recovered' },
      },
    ),
  );
  return [...open, ...past];
}

export function sampleRules(): Rule[] {
  return Object.entries(builtIn).map(([id, { kind, name, severity, options, off }]): Rule => {
    const specs = Object.entries(kindNamed(kind)?.options ?? {});
    const usual = Object.fromEntries(specs.map(([key, spec]) => [key, spec.default]));
    return {
      ...{ id, kind, name, builtIn: true, enabled: off !== true, severity },
      ...{ options: { ...usual, ...options }, cooldownMs, repeatMs: repeatMs[severity] },
      overrides: id === 'disk' ? { 'group:room-3': { severity: 'low', options: { limit: 0.98 } } } : {},
    };
  });
}

export const sampleChannel = (id: string, kind: string, name: string, more: Partial<Channel>): Channel => ({
  ...{ id, kind, name, enabled: true, language: 'en', zone: 'Europe/Paris', digestAt: null },
  takes: { least: 'low', groups: [] },
  ...{ options: {}, secrets: [] },
  status: { failingSinceMs: null, words: '', lastSentMs: null, waiting: 0 },
  ...more,
});

function channelsAt(nowMs: number): Channel[] {
  return [
    sampleChannel('mail2345', 'mail', 'Mail to the caretakers', {
      options: {
        ...{ host: 'mail.school.example', security: 'starttls', username: 'netmonitor' },
        ...{ from: 'netmonitor@school.example', to: ['odile@school.example', 'paul@school.example'] },
      },
      secrets: ['password'],
      digestAt: '07:30',
      status: {
        ...{ failingSinceMs: nowMs - 9 * minuteMs, lastSentMs: nowMs - 5 * hourMs, waiting: 2 },
        words: '451 4.7.1 Greylisted, please try again in 300 seconds',
      },
    }),
    sampleChannel('ntfy2345', 'ntfy', 'Telephones', {
      options: { server: 'https://ntfy.sh', topic: 'school-7f3a' },
      takes: { least: 'high', groups: [] },
      status: { failingSinceMs: null, words: '200', lastSentMs: nowMs - 6 * minuteMs, waiting: 0 },
    }),
  ];
}

function deliveriesAt(nowMs: number): Delivery[] {
  const item = {
    ...{ incident: 48, kind: 'opened' as const, severity: 'critical' as const, atMs: nowMs - 7 * minuteMs },
    text: {
      en: 'The internet is unreachable: the router answers, the provider does not',
      fr: 'Internet est injoignable : le routeur répond, le fournisseur non',
    },
  };
  const one = (id: string, more: Partial<Delivery>): Delivery => ({
    ...{
      id,
      channel: 'mail2345',
      state: 'waiting',
      items: [item],
      madeMs: nowMs - 7 * minuteMs,
      dueMs: null,
    },
    ...{
      tries: 4,
      words: '',
      doneMs: null,
      messageId: id,
      left: null,
      also: [],
      instead: [],
      handedTo: null,
    },
    ...more,
  });
  return [
    one('a', { handedTo: 'ntfy2345', words: '451 4.7.1 Greylisted, please try again in 300 seconds' }),
    one('b', {
      ...{ channel: 'ntfy2345', state: 'sent', tries: 1, words: '200', instead: ['mail2345'] },
      doneMs: nowMs - 6 * minuteMs,
    }),
    one('c', {
      ...{ state: 'expired', tries: 41, doneMs: nowMs - 2 * dayMs, madeMs: nowMs - 3 * dayMs },
      items: [item, item, item],
    }),
  ];
}

export function sampleProbe(id: string, name: string, more: Partial<ProbeState> = {}): ProbeState {
  return {
    probe: {
      ...{ id, name, kind: 'icmp', options: { host: '192.168.1.9', timeoutMs: 3000, count: 20 } },
      ...{ intervalMs: 20_000, vantages: [], enabled: true, builtIn: false, groups: [] },
      ...{ parent: null, beyond: false },
    },
    ...{ verdict: 'good', sinceMs: Date.now() - 4 * hourMs, incident: null },
    text: { en: `${name} answers`, fr: `${name} répond` },
    vantages: [
      {
        ...{ machine: 1, verdict: 'up', reason: null, durationS: 0.0042 },
        ...{ sinceMs: Date.now() - 4 * hourMs, lastMs: Date.now() - 9000 },
      },
    ],
    ...more,
  } as ProbeState;
}

function probesAt(nowMs: number): ProbeState[] {
  const share = sampleProbe('aaaaaaaa', 'File server', {
    ...{ verdict: 'bad', sinceMs: nowMs - 12 * minuteMs },
    text: {
      en: 'Only ROOM-3-PC1 cannot reach File server: no full answer in time',
      fr: 'Seul ROOM-3-PC1 n’atteint pas File server : pas de réponse complète à temps',
    },
  });
  share.probe = {
    ...share.probe,
    ...{ kind: 'https', vantages: [1, 2, 14], groups: ['servers'] },
    options: { url: 'https://files.school.example/status', timeoutMs: 5000, status: '200-399' },
  } as ProbeState['probe'];
  const cell = (machine: number, more: object) => ({
    ...{ machine, verdict: 'up' as const, reason: null, sinceMs: nowMs - dayMs, lastMs: nowMs - 8000 },
    ...{ durationS: 0.031, ...more },
  });
  share.vantages = [
    cell(1, {}),
    cell(2, { durationS: 0.044 }),
    cell(14, {
      ...{ verdict: 'down', durationS: null, sinceMs: nowMs - 12 * minuteMs },
      reason: { code: 'TIMEOUT', detail: 'connect' },
    }),
  ];
  const internet = sampleProbe('aaaaaaaf', 'Internet, first place', {
    ...{ verdict: 'bad', sinceMs: nowMs - 7 * minuteMs, incident: 48 },
    text: { en: 'Nobody reaches Internet, first place', fr: 'Personne n’atteint Internet, premier lieu' },
  });
  internet.probe = { ...internet.probe, builtIn: true };
  const stopped = sampleProbe('aaaaaaag', 'Old printer');
  stopped.probe = { ...stopped.probe, enabled: false };
  const unknown = sampleProbe('aaaaaaah', 'Clock of the school', {
    ...{ verdict: 'unknown', sinceMs: null, vantages: [] },
    text: {
      en: 'Nothing is known about Clock of the school: it has not been checked yet',
      fr: 'On ne sait rien sur Clock of the school : pas encore de vérification',
    },
  });
  return [
    share,
    internet,
    sampleProbe('aaaaaaai', 'Gateway'),
    sampleProbe('aaaaaaaj', 'Printer'),
    stopped,
    unknown,
  ];
}

export const sampleWatch = (nowMs: number): SampleWatch => ({
  incidents: incidentsAt(nowMs),
  rules: sampleRules(),
  schedules: [
    {
      ...{ id: 'nights22', kind: 'quiet', name: 'Nights', scopes: ['all'], below: 'critical' },
      weekly: { days: [1, 2, 3, 4, 5], from: '20:00', to: '06:30', zone: 'Europe/Paris' },
    },
    {
      ...{ id: 'switch22', kind: 'maintenance', name: 'New switch', scopes: ['group:room-3', 'machine:11'] },
      once: { fromMs: nowMs + dayMs, toMs: nowMs + dayMs + 3 * hourMs },
    },
  ],
  groups: [
    { id: 'room-3', name: 'Room 3', machines: [14, 15, 16, 17, 18, 19, 20] },
    { id: 'servers', name: 'Servers', machines: [11, 12] },
  ],
  channels: channelsAt(nowMs),
  deliveries: deliveriesAt(nowMs),
  probes: probesAt(nowMs),
});
