/** What is asked of systeminformation, how often, how long an answer may take, and when there is nothing to ask for. */

export type Call = {
  everyMs: number;
  deadlineMs: number;
  /** The machine has nothing of the kind: asked again in an hour. */
  nothing?(answer: unknown): boolean;
};

export const calls = {
  mem: { everyMs: 10_000, deadlineMs: 10_000 },
  networkStats: { everyMs: 10_000, deadlineMs: 10_000 },
  fsStats: { everyMs: 15_000, deadlineMs: 10_000 },
  disksIO: { everyMs: 15_000, deadlineMs: 10_000 },
  fsSize: { everyMs: 60_000, deadlineMs: 15_000 },
  networkInterfaces: { everyMs: 60_000, deadlineMs: 20_000 },
  networkGatewayDefault: { everyMs: 60_000, deadlineMs: 15_000 },
  processes: { everyMs: 60_000, deadlineMs: 20_000 },
  services: { everyMs: 60_000, deadlineMs: 30_000 },
  launchd: { everyMs: 60_000, deadlineMs: 10_000 },
  battery: { everyMs: 60_000, deadlineMs: 15_000, nothing: (answer) => part(answer).hasBattery !== true },
  cpuTemperature: { everyMs: 60_000, deadlineMs: 15_000, nothing: (answer) => !isNumber(part(answer).main) },
  graphics: {
    everyMs: 60_000,
    deadlineMs: 30_000,
    nothing: (answer) =>
      !list(part(answer).controllers).some(({ utilizationGpu }) => isNumber(utilizationGpu)),
  },
} as const satisfies Record<string, Call>;

export type CallName = keyof typeof calls;

/** `of` is what the call is about: an interface. */
export type Question = { call: CallName; of: string; everyMs: number };

/** On Windows systeminformation knows nothing of disks' counters, on macOS nothing of temperatures without native parts. */
export const asked: Record<'win32' | 'darwin', readonly CallName[]> = {
  win32: [
    'mem',
    'fsSize',
    'networkInterfaces',
    'battery',
    'processes',
    'services',
    'cpuTemperature',
    'graphics',
  ],
  darwin: ['mem', 'fsSize', 'fsStats', 'disksIO', 'networkInterfaces', 'battery', 'processes', 'launchd'],
};

/** Answers came as JSON from another process: nothing about their shape is taken for granted. */
export function part(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

export function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(part) : [];
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** What counts or measures something is never negative; texts and nulls stand for what could not be read. */
export function amount(value: unknown): number | undefined {
  return isNumber(value) && value >= 0 ? value : undefined;
}
