/** The metrics that agents and the box know: OpenTelemetry names, base units, decimals kept, and what their colons hold. */
import { seriesName } from './names.ts';
import type { Series, SeriesKind } from './series.ts';

type Metric = { unit: string; scale: number; kind: SeriesKind; attributes: readonly string[] };

const gauge = (unit: string, scale: number, ...attributes: string[]): Metric => ({
  unit,
  scale,
  kind: 'gauge',
  attributes,
});
const counter = (unit: string, scale: number, ...attributes: string[]): Metric => ({
  unit,
  scale,
  kind: 'counter',
  attributes,
});

export const metrics = {
  'system.cpu.utilization': gauge('1', 3, 'core?'),
  'system.cpu.frequency': gauge('Hz', 0),
  'system.cpu.load_average.1m': gauge('1', 2),
  'system.cpu.load_average.5m': gauge('1', 2),
  'system.cpu.load_average.15m': gauge('1', 2),
  'system.cpu.logical.count': gauge('{cpu}', 0),
  'system.memory.limit': gauge('By', 0),
  'system.memory.usage': gauge('By', 0, 'state'),
  'system.memory.utilization': gauge('1', 3),
  'system.paging.usage': gauge('By', 0, 'state'),
  'system.paging.utilization': gauge('1', 3),
  'system.filesystem.limit': gauge('By', 0, 'mountpoint'),
  'system.filesystem.usage': gauge('By', 0, 'mountpoint', 'state'),
  'system.filesystem.utilization': gauge('1', 3, 'mountpoint'),
  'system.filesystem.inodes.usage': gauge('{inode}', 0, 'mountpoint', 'state'),
  'system.filesystem.read_only': gauge('1', 0),
  'system.disk.io': counter('By', 0, 'device', 'direction'),
  'system.disk.operations': counter('{operation}', 0, 'device', 'direction'),
  'system.disk.io_time': counter('s', 3, 'device'),
  'system.network.io': counter('By', 0, 'interface', 'direction'),
  'system.network.packets': counter('{packet}', 0, 'interface', 'direction'),
  'system.network.errors': counter('{error}', 0, 'interface', 'direction'),
  'system.network.dropped': counter('{packet}', 0, 'interface', 'direction'),
  'system.network.up': gauge('1', 0, 'interface'),
  'system.network.speed': gauge('bit/s', 0, 'interface'),
  'system.network.mtu': gauge('By', 0, 'interface'),
  'hw.temperature': gauge('Cel', 1, 'sensor'),
  'hw.fan.speed': gauge('rpm', 0, 'sensor'),
  'hw.battery.charge': gauge('1', 2, 'battery'),
  'hw.battery.time_left': gauge('s', 0, 'battery'),
  'hw.status': gauge('1', 0, 'device', 'state'),
  'hw.gpu.utilization': gauge('1', 2, 'gpu'),
  'hw.gpu.memory.limit': gauge('By', 0, 'gpu'),
  'hw.gpu.memory.usage': gauge('By', 0, 'gpu'),
  'hw.gpu.memory.utilization': gauge('1', 3, 'gpu'),
  'system.uptime': gauge('s', 0),
  'system.clock.offset': gauge('s', 1),
  'system.processes.count': gauge('{process}', 0),
  'system.reboot.pending': gauge('1', 0),
  'probe.up': gauge('1', 0, 'probe'),
  'probe.duration': gauge('s', 6, 'probe'),
  'probe.loss': gauge('1', 3, 'probe'),
  'probe.jitter': gauge('s', 6, 'probe'),
  'probe.phase': gauge('s', 6, 'probe', 'phase'),
  'probe.certificate.expiry': gauge('s', 0, 'probe'),
  'probe.status': gauge('1', 0, 'probe'),
  'probe.offset': gauge('s', 6, 'probe'),
  'probe.stratum': gauge('1', 0, 'probe'),
  'probe.uptime': gauge('s', 2, 'probe'),
  'probe.interface.up': gauge('1', 0, 'probe', 'interface'),
  'probe.interface.io': counter('By', 0, 'probe', 'interface', 'direction'),
  'netmonitor.web.sign_in': counter('{attempt}', 0, 'outcome'),
  'netmonitor.web.recovery': counter('{code}', 0, 'state'),
  'netmonitor.web.refused': counter('{request}', 0, 'reason'),
  'netmonitor.web.refused_connection': counter('{connection}', 0, 'reason'),
  'netmonitor.door.refused_connection': counter('{connection}', 0, 'reason'),
  'netmonitor.door.turned_away': counter('{machine}', 0, 'reason'),
  'netmonitor.door.token': counter('{attempt}', 0, 'outcome'),
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

/** `metricSeries('system.network.io', 'eth0', 'receive')`: the series as a dictionary names it. */
export function metricSeries(metric: MetricName, ...attributes: readonly string[]): Series {
  const { unit, scale, kind } = metrics[metric];
  return { name: seriesName(metric, ...attributes), unit, scale, kind };
}
