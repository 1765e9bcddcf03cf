/** A made-up box for the page's tests and pictures: its machines, waiting room, journal and series, all repeatable. */

import type { ServiceList, Waiting } from '../../appliance/ingest/client/types.ts';
import { doorCounts, webCounts } from '../../appliance/ingest/security-series.table.ts';
import { type MetricName, metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type {
  Column,
  JournalEntry,
  Latest,
  Machine,
  RangeAnswer,
  Summary,
} from '../../appliance/store/client/types.ts';
import type { FrameMessage } from '../../display/client/types.ts';
import { chance } from './chance.ts';
import { type SampleWatch, sampleWatch } from './page-watch-sample.ts';

export type Row = Machine & { tMs: number | null; summary: Summary | null };
export type Box = {
  nowMs(): number;
  state: 'first' | 'signed-out' | 'signed-in';
  code: string;
  account: { name: string; password: string };
  role: 'viewer' | 'operator' | 'admin';
  rows: Map<number, Row>;
  waiting: Waiting[];
  journal: JournalEntry[];
  frame: FrameMessage;
  clockTrusted: boolean;
  staleSinceMs: number | null;
  services: ServiceList['services'];
  notices: string[];
  watch: SampleWatch;
};

const minuteMs = 60_000;
const dayMs = 86_400_000;

export function sampleRow(machine: number, name: string, nowMs: number, more: Partial<Row> = {}): Row {
  const r = (part: number): number => chance(machine * 31 + part);
  return {
    machine,
    key: machine.toString(16).padStart(64, '0'),
    name,
    state: 'up',
    stateSinceMs: nowMs - Math.round(r(1) * 9 * dayMs),
    admittedMs: nowMs - 20 * dayMs,
    admittedBy: 'anne',
    local: machine === 1,
    facts: {
      os: 'Debian GNU/Linux 13',
      kernel: '6.12.48',
      arch: 'x64',
      cpuModel: 'Intel Core i5-8500T',
      cores: 6,
      memoryBytes: 8 * 2 ** 30,
      addresses: [`192.168.1.${20 + (machine % 200)}`],
      agentVersion: '0.1.0',
    },
    lastSampleMs: nowMs - 2000,
    run: null,
    tMs: nowMs - 2000,
    summary: {
      cpu: 0.02 + r(2) ** 4 * 0.7,
      memory: 0.2 + r(3) * 0.55,
      disk: 0.15 + r(4) * 0.6,
      receiveBps: r(5) ** 6 * 4e6,
      transmitBps: r(6) ** 6 * 1e6,
      temperature: 34 + r(7) * 22,
      load1: r(8),
      uptimeS: Math.round(r(9) ** 2 * 40 * 86_400),
    },
    ...more,
  };
}

const names =
  'FRONT-DESK ARCHIVE COURIER LIBRARY STUDIO WORKSHOP CASH-1 CASH-2 RECEPTION PRINT-SRV NAS BACKUP'.split(
    ' ',
  );

/** 38 machines of a small firm on an ordinary morning: most are well, four are not. */
export function sampleRows(nowMs: number): Row[] {
  const rows = [
    sampleRow(1, 'netmonitor-qkzt', nowMs, {
      facts: {
        os: 'Debian GNU/Linux 13 (trixie)',
        kernel: '6.12.48+rpt-rpi-v8',
        arch: 'arm64',
        cpuModel: 'Cortex-A72',
        cores: 4,
        memoryBytes: 4 * 2 ** 30,
        addresses: ['192.168.1.20', 'fd00::ba27:ebff:fe12:3456'],
        agentVersion: '0.1.0',
        model: 'Raspberry Pi 4 Model B Rev 1.5',
      },
    }),
    ...names.map((name, index) => sampleRow(index + 2, name, nowMs)),
    ...Array.from({ length: 23 }, (_, index) => sampleRow(14 + index, `ROOM-3-PC${index + 1}`, nowMs)),
    sampleRow(37, 'ACCOUNTS-1', nowMs),
    sampleRow(38, 'ACCOUNTS-2', nowMs),
  ];
  const change = (name: string, more: Partial<Row>): void => {
    const row = rows.find((one) => one.name === name);
    if (row !== undefined) Object.assign(row, more);
  };
  const of = (name: string): Summary => rows.find((one) => one.name === name)?.summary ?? {};
  change('ACCOUNTS-2', { summary: { ...of('ACCOUNTS-2'), disk: 0.963 } });
  change('NAS', { summary: { ...of('NAS'), disk: 0.87 } });
  change('COURIER', { state: 'vanished', stateSinceMs: nowMs - 6 * minuteMs, tMs: nowMs - 8 * minuteMs });
  change('CASH-2', { state: 'asleep', stateSinceMs: nowMs - 11 * 60 * minuteMs });
  change('STUDIO', { state: 'off', stateSinceMs: nowMs - 2 * dayMs });
  return rows;
}

export function sampleWaiting(nowMs: number): Waiting[] {
  const base = {
    digits: null,
    machineAnswer: null,
    pinned: false,
    connected: true,
    earlier: [],
    version: '0.1.0',
  };
  return [
    {
      ...base,
      id: '7c'.repeat(32),
      name: 'PC-COMPTA',
      address: '192.168.1.31',
      os: 'Debian GNU/Linux 13',
      sinceMs: nowMs - 3 * minuteMs,
    },
    {
      ...base,
      id: 'd4'.repeat(32),
      name: 'WORKSHOP-LAPTOP',
      address: '192.168.1.44',
      os: 'Ubuntu 26.04',
      sinceMs: nowMs - 40_000,
    },
  ];
}

export function sampleJournal(nowMs: number, count = 60): JournalEntry[] {
  const kinds = [
    [
      'machine.vanished',
      'netmonitor',
      'COURIER has not been heard from for 2 minutes',
      'COURIER ne répond plus depuis 2 minutes',
      4,
    ],
    [
      'sign-in.ok',
      'anne',
      'anne signed in from 192.168.1.12.',
      'anne s’est connectée depuis 192.168.1.12.',
      null,
    ],
    ['machine.admitted', 'anne', 'ACCOUNTS-2 was admitted', 'ACCOUNTS-2 a été admise', 38],
    [
      'sign-in.failed',
      'admin',
      'A sign-in as “admin” from 192.168.1.99 was refused.',
      'Une connexion comme « admin » depuis 192.168.1.99 a été refusée.',
      null,
    ],
  ] as const;
  return Array.from({ length: count }, (_, index) => {
    const [kind, who, en, fr, machine] = kinds[index % kinds.length] ?? kinds[0];
    return {
      id: count - index,
      atMs: nowMs - 6 * minuteMs - index * 47 * minuteMs,
      trusted: true,
      kind,
      who,
      role: 'admin',
      from: '192.168.1.12',
      machine,
      text: { en, fr },
      details: {},
      before: '0'.repeat(64),
      hash: '0'.repeat(64),
    };
  });
}

const seriesOfSample: readonly (readonly [MetricName, readonly string[], number])[] = [
  ['system.cpu.utilization', [], 0.12],
  ...[0, 1, 2, 3].map((core) => ['system.cpu.utilization', [String(core)], 0.1 + core * 0.04] as const),
  ['system.cpu.load_average.1m', [], 0.42],
  ['system.cpu.load_average.5m', [], 0.38],
  ['system.cpu.load_average.15m', [], 0.3],
  ['system.cpu.logical.count', [], 4],
  ['system.memory.limit', [], 4 * 2 ** 30],
  ['system.memory.usage', ['used'], 1.3 * 2 ** 30],
  ['system.memory.usage', ['free'], 0.9 * 2 ** 30],
  ['system.memory.usage', ['cached'], 1.6 * 2 ** 30],
  ['system.memory.utilization', [], 0.33],
  ['system.paging.utilization', [], 0.01],
  ['system.filesystem.utilization', ['/'], 0.22],
  ['system.filesystem.usage', ['/', 'used'], 6.2e9],
  ['system.filesystem.usage', ['/', 'free'], 22e9],
  ['system.filesystem.limit', ['/'], 29.8e9],
  ['system.filesystem.utilization', ['/boot/firmware'], 0.14],
  ['system.disk.io', ['mmcblk0', 'read'], 12_000],
  ['system.disk.io', ['mmcblk0', 'write'], 86_000],
  ['system.disk.io', ['mmcblk0p2', 'write'], 86_000],
  ['system.disk.io_time', ['mmcblk0'], 0.02],
  ['system.network.io', ['eth0', 'receive'], 240_000],
  ['system.network.io', ['eth0', 'transmit'], 88_000],
  ['system.network.io', ['lo', 'receive'], 9000],
  ['system.network.errors', ['eth0', 'receive'], 0],
  ['system.network.up', ['eth0'], 1],
  ['system.network.speed', ['eth0'], 1e9],
  ['hw.temperature', ['cpu-thermal'], 48.2],
  ['system.uptime', [], 12 * 86_400],
  ['system.processes.count', [], 164],
  ...[...Object.values(doorCounts), ...Object.values(webCounts)].map(
    ([metric, of]) => [metric, [of], 0] as const,
  ),
];

/** A wandering line around its usual value, with a busy hour and a night. */
function valueAt(name: string, usual: number, atMs: number): number {
  const seed = [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7);
  const slot = Math.floor(atMs / 10_000);
  const wave = 1 + 0.35 * Math.sin(atMs / 4.1e6 + seed) + 0.25 * Math.sin(atMs / 6.7e5 + seed);
  const spike = chance(seed + Math.floor(slot / 9)) > 0.93 ? 2.4 : 1;
  const value = usual * wave * spike * (0.85 + chance(seed + slot) * 0.3);
  if (usual < 1 && !name.includes('utilization')) return value;
  return name.includes('utilization') ? Math.min(1, Math.round(value * 1000) / 1000) : Math.round(value);
}

export function sampleLatest(tMs: number): Latest[] {
  return seriesOfSample.map(([metric, attributes, usual]) => {
    const { name, unit, kind } = metricSeries(metric, ...attributes);
    const moving = /utilization|\.io/.test(metric) && !metric.startsWith('system.filesystem');
    const now = moving ? valueAt(name, usual, tMs) : usual;
    return kind === 'counter'
      ? { name, unit, kind, value: unit === 'By' ? 1e9 : usual, rate: now, tMs }
      : { name, unit, kind, value: now, tMs };
  });
}

/** With a gap of nine minutes, as after a pulled cable. */
export function sampleRange(
  machine: number,
  seriesNames: readonly string[],
  fromMs: number,
  toMs: number,
  points: number,
): RangeAnswer {
  const stepMs = Math.ceil((toMs - fromMs) / points / 5000) * 5000;
  const startMs = Math.floor(fromMs / stepMs) * stepMs;
  const count = Math.ceil((toMs - startMs) / stepMs);
  const gapMs = toMs - 0.42 * (toMs - fromMs);
  const columns = seriesNames.flatMap((wanted): Column[] => {
    const known = wanted.startsWith('probe.duration:')
      ? (['probe.duration', [wanted.slice(15)], 0.01 + machine * 0.008] as const)
      : seriesOfSample.find(([metric, attributes]) => metricSeries(metric, ...attributes).name === wanted);
    if (known === undefined) return [];
    const { name, unit, kind } = metricSeries(known[0], ...known[1]);
    const column: Column = { name, unit, kind, mean: [], min: [], max: [] };
    for (let index = 0; index < count; index += 1) {
      const atMs = startMs + index * stepMs;
      const gap = atMs > gapMs && atMs < gapMs + 9 * minuteMs;
      const parts = gap
        ? []
        : [0, 1, 2, 3, 4, 5, 6].map((part) => valueAt(name, known[2], atMs + (part * stepMs) / 7));
      column.mean.push(gap ? null : parts.reduce((sum, value) => sum + value, 0) / parts.length);
      column.min.push(gap ? null : Math.min(...parts));
      column.max.push(gap ? null : Math.max(...parts));
    }
    return [column];
  });
  return { machine, startMs, stepMs, count, columns };
}

export function sampleBox(frame: FrameMessage, nowMs: () => number = Date.now): Box {
  return {
    nowMs,
    state: 'signed-in',
    code: '7QK-4MD',
    account: { name: 'anne', password: 'correct horse battery' },
    role: 'admin',
    rows: new Map(sampleRows(nowMs()).map((row) => [row.machine, row])),
    waiting: sampleWaiting(nowMs()),
    journal: sampleJournal(nowMs()),
    frame,
    clockTrusted: true,
    staleSinceMs: null,
    services: [],
    notices: [],
    watch: sampleWatch(nowMs()),
  };
}
