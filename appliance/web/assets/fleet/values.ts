/** The latest values of a machine in groups that a person looks for, each with its words and its own way of writing. */
import type { Latest } from '../api/types.ts';
import { dash, type Format } from '../language/format.ts';
import type { Words } from '../language/words.ts';

export const groups = [
  'processor',
  'memory',
  'filesystem',
  'disk',
  'network',
  'temperature',
  'hardware',
  'system',
  'probes',
  'security',
  'various',
] as const;
export type Group = (typeof groups)[number];

/** What the box itself counts. */
export const ofTheBox = 'netmonitor.';
/** What a machine found when it looked at what others offer. */
export const ofProbes = 'probe.';

const prefixes: readonly (readonly [string, Group])[] = [
  ['system.cpu.', 'processor'],
  ['system.memory.', 'memory'],
  ['system.paging.', 'memory'],
  ['system.filesystem.', 'filesystem'],
  ['system.disk.', 'disk'],
  ['system.network.', 'network'],
  ['hw.temperature', 'temperature'],
  ['hw.', 'hardware'],
  ['system.', 'system'],
  [ofProbes, 'probes'],
  [ofTheBox, 'security'],
];

export function groupOf(name: string): Group {
  return prefixes.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'various';
}

/** `system.network.io:eth0:receive` is about eth0 and says «io, receive». */
function partsOf(name: string): { metric: string; subject: string; state: string } {
  const [metric = '', first = '', ...rest] = name.split(':');
  // A core is one row among those of the processor, not a device of its own.
  if (metric === 'system.cpu.utilization' && first !== '') return { metric, subject: '', state: first };
  if (metric.startsWith(ofTheBox)) return { metric, subject: metric, state: first };
  const whole = metric === 'system.memory.usage' || metric === 'system.paging.usage';
  if (whole) return { metric, subject: '', state: first };
  return { metric, subject: first, state: rest.join(' ') };
}

export function labelOf(name: string, words: Words): string {
  const { metric, state } = partsOf(name);
  const base = words.maybe(`series.${metric}`, metric);
  if (metric === 'system.cpu.utilization' && /^\d+$/.test(state))
    return words.say('value.core', { n: state });
  if (state === '') return base;
  if (metric.startsWith(ofTheBox)) return words.maybe(`series.${name}`, state);
  return words.maybe(`series.${metric}:${state}`, `${base}, ${words.maybe(`attribute.${state}`, state)}`);
}

export function writeValue(value: Latest, format: Format, words: Words): string {
  if (value.kind === 'counter') {
    // A rate of what happens seldom is zero nearly always.
    if (value.name.startsWith(ofTheBox)) return format.number(value.value);
    if (value.rate === undefined) return dash;
    if (value.unit === 'By') return format.rate(value.rate);
    if (value.unit === 's') return format.percent(Math.min(1, value.rate));
    return `${format.number(value.rate, value.rate > 0 && value.rate < 9.95 ? 1 : 0)}\u00a0/s`;
  }
  if (/^(system\.network|probe(\.interface)?)\.up/.test(value.name))
    return words.say(value.value > 0 ? 'value.up' : 'value.down');
  if (/^(hw\.status|system\.reboot\.pending|system\.filesystem\.read_only)/.test(value.name))
    return words.say(value.value > 0 ? 'value.yes' : 'value.no');
  if (value.unit === '1')
    return /utilization|charge|loss/.test(value.name)
      ? format.percent(value.value)
      : format.number(value.value, 2);
  if (value.unit === 'By') {
    return value.name.startsWith('system.network.mtu')
      ? `${format.number(value.value)}\u00a0${words.say('unit.bytes')}`
      : format.memory(value.value);
  }
  if (value.unit === 'Hz') return `${format.number(value.value / 1e9, 2)}\u00a0GHz`;
  if (value.unit === 'rpm') return `${format.number(value.value)}\u00a0${words.say('unit.turns')}`;
  if (value.unit === 'bit/s') return format.bits(value.value);
  if (value.unit === 's') return format.duration(value.value);
  if (value.unit === 'Cel') return `${format.number(value.value, 1)}\u00a0°C`;
  return format.plain(value.value);
}

export type Block = { group: Group; subjects: { subject: string; values: Latest[] }[] };

export function blocksOf(latest: readonly Latest[]): Block[] {
  const blocks = new Map<Group, Map<string, Latest[]>>();
  // What is full or busy stands before the figures that explain it.
  const share = (value: Latest): number => Number(!value.name.includes('utilization'));
  for (const value of latest.toSorted((a, b) => share(a) - share(b))) {
    const group = groupOf(value.name);
    const { subject } = partsOf(value.name);
    const subjects = blocks.get(group) ?? new Map<string, Latest[]>();
    blocks.set(group, subjects);
    subjects.set(subject, [...(subjects.get(subject) ?? []), value]);
  }
  const collator = new Intl.Collator('en', { numeric: true });
  return groups.flatMap((group) => {
    const subjects = blocks.get(group);
    if (subjects === undefined) return [];
    const sorted = [...subjects].sort(([a], [b]) => collator.compare(a, b));
    return [{ group, subjects: sorted.map(([subject, values]) => ({ subject, values })) }];
  });
}
