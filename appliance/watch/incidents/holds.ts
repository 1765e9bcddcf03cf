/** What stands against telling: maintenance, quiet hours. And whether a machine may be off now. */
import { type Schedule, type Scope, type Severity, severities } from '../client/types.ts';
import { probeIdOf } from '../verdict/probe-series.ts';
import { createLocalTimes, isActive } from './schedule.ts';

export type Moment = { wallMs: number; trusted: boolean };

export class Schedules {
  #all: readonly Schedule[] = [];
  readonly #local = createLocalTimes();

  use(schedules: readonly Schedule[]): void {
    this.#all = schedules;
  }

  list(): readonly Schedule[] {
    return this.#all;
  }

  inMaintenance(scopes: readonly Scope[], now: Moment): boolean {
    return this.#active('maintenance', scopes, now).length > 0;
  }

  isExpectedOff(scopes: readonly Scope[], now: Moment): boolean {
    return this.#active('expected-off', scopes, now).length > 0;
  }

  /** When the last of those by which it was off ended, by date; a weekly one of the last two hours. */
  offUntilMs(scopes: readonly Scope[], { wallMs, trusted }: Moment): number {
    const ends = this.#meant('expected-off', scopes).flatMap((one) => {
      const isOff = (ms: number) => isActive({ ...one, once: undefined }, ms, trusted, this.#local);
      const onceMs = one.once?.toMs ?? Number.POSITIVE_INFINITY;
      return [...(onceMs <= wallMs ? [onceMs] : []), ...lastEnd(isOff, wallMs)];
    });
    return Math.max(Number.NEGATIVE_INFINITY, ...ends);
  }

  isQuietFor(severity: Severity, scopes: readonly Scope[], now: Moment): boolean {
    const rank = (one: Severity) => severities.indexOf(one);
    return this.#active('quiet', scopes, now).some(({ below = 'critical' }) => rank(severity) < rank(below));
  }

  #meant(kind: Schedule['kind'], scopes: readonly Scope[]): Schedule[] {
    return this.#all.filter((one) => one.kind === kind && one.scopes.some((scope) => scopes.includes(scope)));
  }

  #active(kind: Schedule['kind'], scopes: readonly Scope[], { wallMs, trusted }: Moment): Schedule[] {
    return this.#meant(kind, scopes).filter((one) => isActive(one, wallMs, trusted, this.#local));
  }
}

const endStepMs = 10 * 60_000;
const endSteps = 12;

/** Of what holds by the minute: when it ended, if it does not hold now and held of late. */
function lastEnd(isOff: (ms: number) => boolean, nowMs: number): number[] {
  const offMs = Array.from({ length: endSteps + 1 }, (_, nth) => nowMs - nth * endStepMs).find(isOff);
  if (offMs === undefined || offMs === nowMs) return [];
  let [thenMs, sinceMs] = [offMs, offMs + endStepMs];
  while (sinceMs - thenMs > 1) {
    const betweenMs = Math.floor((thenMs + sinceMs) / 2);
    if (isOff(betweenMs)) thenMs = betweenMs;
    else sinceMs = betweenMs;
  }
  return [sinceMs];
}

/** What an incident is about: a series of a machine, of the box (null), or of a probe that no machine stands for. */
export type Subject = { machine: number | null; subject: string };

/** Everything that may be said about it. */
export function scopesOf({ machine, subject }: Subject, groups: readonly string[]): Scope[] {
  const probe = machine === null ? probeIdOf(subject) : null;
  const own: Scope[] = machine !== null ? [`machine:${machine}`] : probe === null ? [] : [`probe:${probe}`];
  return ['all', ...groups.map((id): Scope => `group:${id}`), ...own];
}
