/** Histories for the watch, drawn at random: what is measured, who comes and goes, what people say, what breaks. */
import type { MachineState } from '../../../appliance/store/client/types.ts';
import type { ProbeDefinition } from '../../../appliance/watch/client/probes.ts';
import type { Random } from '../../bench/random.ts';

export type Step =
  | { do: 'sample'; machine: number; series: string; value: number }
  | { do: 'state'; machine: number; state: MachineState }
  | { do: 'acknowledge'; nth: number; forMs: number | null }
  | { do: 'release'; nth: number }
  | { do: 'remove'; machine: number }
  | { do: 'disable'; rule: string }
  /** And there again after so many steps that nobody watches. */
  | { do: 'kill'; lasts: number }
  | { do: 'away'; lasts: number }
  | { do: 'look' };

export type Span = { fromMs: number; toMs: number };
/** Times since the beginning. */
export type Script = {
  steps: { afterMs: number; step: Step }[];
  quiet: Span | null;
  /** Of machine 2. */
  maintenance: Span | null;
  /** Of machine 3. */
  expectedOff: Span | null;
};

export const machines = [1, 2, 3] as const;
export const series = [
  'system.cpu.utilization',
  'system.filesystem.utilization:/',
  'system.filesystem.utilization:/home',
] as const;

/** What the rules are in these histories: short, so that much happens. */
export const settings = {
  cpu: {
    forMs: 40_000,
    clearMs: 20_000,
    cooldownMs: 180_000,
    repeatMs: 150_000,
    limit: 0.9,
    hysteresis: 0.1,
  },
  disk: { forMs: 20_000, clearMs: 20_000, cooldownMs: 120_000, repeatMs: 0, limit: 0.9, hysteresis: 0.02 },
  'disk-full': {
    forMs: 20_000,
    clearMs: 0,
    cooldownMs: 60_000,
    repeatMs: 90_000,
    limit: 0.95,
    hysteresis: 0.02,
  },
} as const;
export const vanishedSettings = { afterMs: 30_000, cooldownMs: 240_000, repeatMs: 120_000 } as const;
export type Limited = keyof typeof settings;
export const rulesOf: Readonly<Record<string, readonly Limited[]>> = {
  [series[0]]: ['cpu'],
  [series[1]]: ['disk', 'disk-full'],
  [series[2]]: ['disk', 'disk-full'],
};

/** Checked by one machine, and by all; what is measured of them comes in any order, from strangers too. */
export const probes: readonly ProbeDefinition[] = [probe('aaaaaaaa', [1]), probe('bbbbbbbb', [...machines])];
export const measured = ['probe.up:', 'probe.duration:', 'probe.certificate.expiry:'] as const;

function probe(id: string, vantages: number[]): ProbeDefinition {
  return {
    ...{ id, name: id, kind: 'https', options: { url: 'https://files/' }, intervalMs: 60_000, vantages },
    ...{ enabled: true, builtIn: false, groups: [], parent: null, beyond: false },
  };
}

/** In the order in which rules are asked. */
export const probeSettings = {
  'probe-failing': {
    cooldownMs: 200_000,
    repeatMs: 150_000,
    options: { who: 'everybody', failures: 3, forMs: 90_000 },
  },
  'probe-failing-somewhere': {
    cooldownMs: 100_000,
    repeatMs: 0,
    options: { who: 'anybody', failures: 3, forMs: 90_000 },
  },
  'probe-latency': {
    cooldownMs: 50_000,
    repeatMs: 120_000,
    options: { limitMs: 1_000, hysteresisMs: 200, checks: 2 },
  },
  'probe-flapping': {
    cooldownMs: 50_000,
    repeatMs: 0,
    options: { metric: 'probe.state:*', changes: 3, withinMs: 400_000 },
  },
  'certificate-week': { cooldownMs: 60_000, repeatMs: 90_000, options: { days: 7 } },
  'certificate-expired': { cooldownMs: 60_000, repeatMs: 100_000, options: { days: 0 } },
} as const;
export type ProbeRule = keyof typeof probeSettings;
export const probeRules = Object.keys(probeSettings) as ProbeRule[];

/** 0 low to 3 critical. */
export const severity: Record<string, number> = {
  ...{ cpu: 1, disk: 1, 'disk-full': 3, vanished: 2, 'probe-failing': 2, 'probe-failing-somewhere': 1 },
  ...{ 'probe-latency': 0, 'probe-flapping': 0, 'certificate-week': 2, 'certificate-expired': 3 },
};
/** What is not told while the other is open for the same thing. */
export const above: Record<string, string> = {
  disk: 'disk-full',
  'probe-failing-somewhere': 'probe-failing',
  'certificate-week': 'certificate-expired',
};
export const pauses: Record<string, { cooldownMs: number; repeatMs: number }> = {
  ...settings,
  ...probeSettings,
  vanished: vanishedSettings,
};

const lookEveryMs = 10_000;

export function drawScript(random: Random): Script {
  const lengthMs = 600_000 + random.uniform() * 1_200_000;
  const span = (chance: number): Span | null => {
    if (!random.chance(chance)) return null;
    const fromMs = Math.round(random.uniform() * lengthMs);
    return { fromMs, toMs: Math.round(fromMs + 1 + random.uniform() * 500_000) };
  };
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random.uniform() * all.length)]!;
  const levels = new Map<string, number>();
  const steps: Script['steps'] = [];
  let nowMs = 0;
  let lookMs = lookEveryMs;
  /** Some histories are about machines, some about probes. */
  const looks = random.chance(0.5) ? 0.06 : 0.7;
  /** Nobody writes down a short silence: where there are some, nobody begins anew. */
  const restarts = random.chance(0.7);
  const pace = 1_500 + random.uniform() * 8_000;
  while (nowMs < lengthMs) {
    const gapMs = random.chance(0.01)
      ? (restarts ? 200_000 : 400_000) * random.uniform()
      : pace * 2 * random.uniform();
    const nextMs = nowMs + Math.max(1, Math.round(gapMs));
    for (; lookMs <= nextMs; lookMs += lookEveryMs) {
      steps.push({ afterMs: lookMs - nowMs, step: { do: 'look' } });
      nowMs = lookMs;
    }
    steps.push({ afterMs: nextMs - nowMs, step: drawStep({ random, looks, levels, restarts, pick }) });
    nowMs = nextMs;
  }
  return { steps, quiet: span(0.3), maintenance: span(0.3), expectedOff: span(0.3) };
}

type Draw = {
  random: Random;
  looks: number;
  levels: Map<string, number>;
  restarts: boolean;
  pick: <T>(all: readonly T[]) => T;
};

function drawStep(draw: Draw): Step {
  const { random, looks, levels, restarts, pick } = draw;
  const at = random.uniform();
  const machine = pick(machines);
  if (at < looks) return drawLook(draw, machine);
  if (at < 0.8) {
    const name = pick(series);
    const key = `${machine} ${name}`;
    const before = levels.get(key) ?? 0.5 + random.uniform() * 0.45;
    // Stays where it is, mostly; around the limits.
    const value = random.chance(0.75) ? before : 0.75 + random.uniform() * 0.25;
    const rounded = Math.round(value * 1000) / 1000;
    levels.set(key, rounded);
    return { do: 'sample', machine, series: name, value: rounded };
  }
  if (at < 0.88)
    return {
      do: 'state',
      machine,
      state: pick([
        ...(['up', 'up', 'up', restarts ? 'vanished' : 'silent'] as const),
        ...(['vanished', 'vanished', 'asleep', 'off'] as const),
      ]),
    };
  if (at < 0.93)
    return {
      do: 'acknowledge',
      nth: Math.floor(random.uniform() * 4),
      forMs: random.chance(0.5) ? null : Math.round(random.uniform() * 200_000),
    };
  if (at < 0.95) return { do: 'release', nth: Math.floor(random.uniform() * 4) };
  if (at < 0.98)
    return restarts
      ? { do: 'kill', lasts: random.chance(0.6) ? 0 : Math.ceil(random.uniform() * 20) }
      : { do: 'look' };
  if (at < 0.994) return { do: 'away', lasts: Math.ceil(random.uniform() * 6) };
  // Of a machine that was removed the store says nothing any more.
  if (at < 0.997) return restarts ? { do: 'look' } : { do: 'remove', machine };
  const rules = ['cpu', 'disk', 'disk-full', 'vanished', ...(restarts ? probeRules : [])];
  return { do: 'disable', rule: pick(rules) };
}

/** What a look measured: mostly as it was before. */
function drawLook({ random, levels, pick }: Draw, anyMachine: number): Step {
  const prefix = random.chance(0.4) ? measured[0] : pick(measured);
  const { id, vantages } = pick(probes);
  const machine = random.chance(0.9) ? pick(vantages) : anyMachine;
  const name = prefix + id;
  const key = `${machine} ${name}`;
  const drawn = {
    'probe.up:': random.chance(0.5) ? 1 : 0,
    'probe.duration:': Math.round(600 + random.uniform() * 800) / 1000,
    'probe.certificate.expiry:': Math.round((random.uniform() * 12 - 3) * 86_400),
  }[prefix];
  const value = random.chance(0.75) ? (levels.get(key) ?? drawn) : drawn;
  levels.set(key, value);
  return { do: 'sample', machine, series: name, value };
}
