/** Which series the four charts of a machine draw, decided from the series that the machine has. */

export type Hue = 'cpu' | 'memory' | 'disk' | 'in' | 'out' | 'temperature';
export type LineId = 'cpu' | 'memory' | 'read' | 'write' | 'receive' | 'transmit' | `at-${number}`;
/** A line is one series, or the sum of several (all devices, all interfaces). */
export type LinePlan = {
  id: LineId;
  hue: Hue;
  dashed: boolean;
  names: readonly string[];
  /** Where the page has no word for it: the name of a machine. */
  label?: string;
};
export type ChartId = 'cpu' | 'memory' | 'disk' | 'network' | 'latency';
export type Scale = 'share' | 'rate' | 'time';
export type ChartPlan = { id: ChartId; scale: Scale; lines: readonly LinePlan[] };

/** What is only another view of the same device would be counted twice. */
const notDevices =
  /^(?:loop|ram|zram|dm-|md|sr|fd)\d*|^(?:sd[a-z]+|vd[a-z]+|xvd[a-z]+|hd[a-z]+)\d+$|^(?:nvme\d+n\d+|mmcblk\d+)p\d+$|boot\d$/;

function names(
  all: readonly string[],
  metric: string,
  direction: string,
  keep: (device: string) => boolean,
): string[] {
  return all.filter((name) => {
    const [head, device = '', tail] = name.split(':');
    return head === metric && tail === direction && keep(device);
  });
}

export function planCharts(all: readonly string[]): ChartPlan[] {
  const only = (name: string): string[] => all.filter((one) => one === name);
  const disks = (direction: string): string[] =>
    names(all, 'system.disk.io', direction, (device) => !notDevices.test(device));
  const interfaces = (direction: string): string[] =>
    names(all, 'system.network.io', direction, (device) => device !== 'lo');
  return [
    {
      id: 'cpu',
      scale: 'share',
      lines: [{ id: 'cpu', hue: 'cpu', dashed: false, names: only('system.cpu.utilization') }],
    },
    {
      id: 'memory',
      scale: 'share',
      lines: [{ id: 'memory', hue: 'memory', dashed: false, names: only('system.memory.utilization') }],
    },
    {
      id: 'disk',
      scale: 'rate',
      lines: [
        { id: 'read', hue: 'disk', dashed: false, names: disks('read') },
        { id: 'write', hue: 'disk', dashed: true, names: disks('write') },
      ],
    },
    {
      id: 'network',
      scale: 'rate',
      lines: [
        { id: 'receive', hue: 'in', dashed: false, names: interfaces('receive') },
        { id: 'transmit', hue: 'out', dashed: false, names: interfaces('transmit') },
      ],
    },
  ];
}

export function plannedNames(plans: readonly ChartPlan[]): string[] {
  return plans.flatMap((plan) => plan.lines.flatMap((line) => line.names));
}

/** The spans one can look at; a further one is one more line. */
export const spans = [
  { id: '1h', spanMs: 3_600_000, points: 240 },
  { id: '24h', spanMs: 86_400_000, points: 240 },
] as const satisfies readonly Span[];
export type Span = { id: '1h' | '24h' | '7d' | '30d'; spanMs: number; points: number };

/** The part of a span that has to be shown though the machine is younger: a line of two points says nothing. */
const leastShown = 1 / 6;

/** Where the axis begins: with the span, or with a machine that is younger than the span. */
export function startOf(spanMs: number, beginMs: number, nowMs: number): number {
  return Math.max(nowMs - spanMs, Math.min(beginMs, nowMs - spanMs * leastShown));
}

/** Round numbers for the lines behind a chart: none, half, full. */
export function niceCeiling(max: number, floor: number): number {
  const wanted = Math.max(max, floor);
  const magnitude = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 4, 6, 8, 10].find((factor) => factor * magnitude >= wanted * 0.999_999) ?? 10;
  return step * magnitude;
}
