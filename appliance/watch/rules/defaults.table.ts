/** The rules that every box has from its first minute. */
import type { OptionValues, Severity, WatchText } from '../client/types.ts';
import type { RuleKindName } from './index.ts';
import { hourMs, minuteMs } from './rule.ts';

export type BuiltIn = {
  kind: RuleKindName;
  name: WatchText;
  severity: Severity;
  options: OptionValues;
  /** Comes switched off. */
  off?: true;
  /** Not told while this one is open for the same thing. */
  under?: string;
};

export const cooldownMs = 15 * minuteMs;

/** Told again so often until somebody acknowledges. */
export const repeatMs: Readonly<Record<Severity, number>> = {
  low: 0,
  medium: 4 * hourMs,
  high: hourMs,
  critical: 30 * minuteMs,
};

const disk = { metric: 'system.filesystem.utilization:*', side: 'above', hysteresis: 0.02, forMs: minuteMs };

export const builtIn: Readonly<Record<string, BuiltIn>> = {
  cpu: {
    kind: 'threshold',
    name: { en: 'CPU', fr: 'Processeur' },
    severity: 'medium',
    options: { metric: 'system.cpu.utilization', limit: 0.9, hysteresis: 0.1, forMs: 5 * minuteMs },
  },
  memory: {
    kind: 'threshold',
    name: { en: 'Memory', fr: 'Mémoire' },
    severity: 'medium',
    options: { metric: 'system.memory.utilization', limit: 0.9, hysteresis: 0.03, forMs: 5 * minuteMs },
  },
  disk: {
    kind: 'threshold',
    name: { en: 'Disk', fr: 'Disque' },
    severity: 'medium',
    options: { ...disk, limit: 0.9 },
    under: 'disk-full',
  },
  'disk-full': {
    kind: 'threshold',
    name: { en: 'Disk nearly full', fr: 'Disque presque plein' },
    severity: 'critical',
    options: { ...disk, limit: 0.95 },
  },
  'disk-filling': {
    kind: 'disk-filling',
    name: { en: 'Disk full in some days', fr: 'Disque plein dans quelques jours' },
    severity: 'low',
    options: {},
    under: 'disk',
  },
  vanished: {
    kind: 'vanished',
    name: { en: 'Machine vanished', fr: 'Machine disparue' },
    severity: 'high',
    options: {},
  },
  'network-box': {
    kind: 'cause',
    name: { en: 'Box cut off', fr: 'Boîtier isolé' },
    severity: 'critical',
    options: { which: 'box' },
  },
  'network-gateway': {
    kind: 'cause',
    name: { en: 'Gateway does not answer', fr: 'Passerelle muette' },
    severity: 'critical',
    options: { which: 'gateway' },
  },
  'network-internet': {
    kind: 'cause',
    name: { en: 'Internet down', fr: 'Internet coupé' },
    severity: 'high',
    options: { which: 'internet' },
  },
  'network-names': {
    kind: 'cause',
    name: { en: 'Name server does not answer', fr: 'Serveur de noms muet' },
    severity: 'high',
    options: { which: 'names' },
  },
  'vanished-together': {
    kind: 'cause',
    name: { en: 'Many vanished at once', fr: 'Disparitions simultanées' },
    severity: 'high',
    options: { which: 'together' },
  },
  flapping: {
    kind: 'flapping',
    name: { en: 'Machine comes and goes', fr: 'Machine qui va et vient' },
    severity: 'low',
    options: {},
  },
  clock: {
    kind: 'clock-off',
    name: { en: 'Clock off', fr: 'Horloge fausse' },
    severity: 'low',
    options: {},
  },
  restarted: {
    kind: 'restarted',
    name: { en: 'Restarted', fr: 'Redémarrage' },
    severity: 'low',
    options: {},
    off: true,
  },
  interface: {
    kind: 'interface-down',
    name: { en: 'Interface down', fr: 'Interface en panne' },
    severity: 'medium',
    options: {},
    off: true,
  },
  bandwidth: {
    kind: 'bandwidth',
    name: { en: 'Bandwidth', fr: 'Débit' },
    severity: 'low',
    options: {},
    off: true,
  },
  spike: {
    kind: 'spike',
    name: { en: 'Spike of the network', fr: 'Pic sur le réseau' },
    severity: 'low',
    options: {},
    off: true,
  },
  service: {
    kind: 'service-stopped',
    name: { en: 'Service failed', fr: 'Service en échec' },
    severity: 'high',
    options: {},
  },
  'box-power': {
    kind: 'flag',
    name: { en: 'Under-voltage', fr: 'Sous-tension' },
    severity: 'high',
    options: { metric: 'hw.status:power:under-voltage' },
  },
  'box-throttled': {
    kind: 'flag',
    name: { en: 'Processor slowed down', fr: 'Processeur ralenti' },
    severity: 'medium',
    options: { metric: 'hw.status:cpu:throttled' },
  },
  'read-only': {
    kind: 'flag',
    name: { en: 'Disk read-only', fr: 'Disque en lecture seule' },
    severity: 'critical',
    options: { metric: 'system.filesystem.read_only', holdMs: minuteMs },
  },
  'box-clock': {
    kind: 'flag',
    name: { en: 'Clock of the box', fr: 'Horloge du boîtier' },
    severity: 'medium',
    options: { metric: 'box.clock.untrusted', forMs: 30 * minuteMs, holdMs: 0 },
  },
  'box-full': {
    kind: 'flag',
    name: { en: 'Card of the box full', fr: 'Carte du boîtier pleine' },
    severity: 'critical',
    options: { metric: 'box.storage.full', holdMs: minuteMs },
  },
  'box-damaged': {
    kind: 'flag',
    name: { en: 'Damage in what the box stored', fr: 'Données du boîtier abîmées' },
    severity: 'medium',
    options: { metric: 'box.storage.damaged', holdMs: 0 },
  },
  'probe-failing': {
    kind: 'probe-failing',
    name: { en: 'Probe fails for everybody', fr: 'Sonde en échec pour tous' },
    severity: 'high',
    options: { who: 'everybody' },
  },
  'probe-failing-somewhere': {
    kind: 'probe-failing',
    name: { en: 'Probe fails for some', fr: 'Sonde en échec pour certains' },
    severity: 'medium',
    options: { who: 'anybody' },
    under: 'probe-failing',
  },
  'probe-latency': {
    kind: 'probe-latency',
    name: { en: 'Slow answer', fr: 'Réponse lente' },
    severity: 'low',
    options: {},
  },
  'probe-flapping': {
    kind: 'flapping',
    name: { en: 'Probe comes and goes', fr: 'Sonde qui va et vient' },
    severity: 'low',
    options: { metric: 'probe.state:*' },
  },
  certificate: {
    kind: 'certificate',
    name: { en: 'Certificate ends in some weeks', fr: 'Certificat à renouveler' },
    severity: 'medium',
    options: { days: 21 },
    under: 'certificate-week',
  },
  'certificate-week': {
    kind: 'certificate',
    name: { en: 'Certificate ends in some days', fr: 'Certificat bientôt expiré' },
    severity: 'high',
    options: { days: 7 },
    under: 'certificate-expired',
  },
  'certificate-expired': {
    kind: 'certificate',
    name: { en: 'Certificate expired', fr: 'Certificat expiré' },
    severity: 'critical',
    options: { days: 0 },
  },
  'new-device': {
    kind: 'new-device',
    name: { en: 'New device on the network', fr: 'Nouvel appareil sur le réseau' },
    severity: 'low',
    options: {},
    off: true,
  },
  'sign-ins': {
    kind: 'count',
    name: { en: 'Failed sign-ins', fr: 'Connexions refusées' },
    severity: 'high',
    options: { metric: 'netmonitor.web.sign_in:failed' },
  },
};
