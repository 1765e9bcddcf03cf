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

  isQuietFor(severity: Severity, scopes: readonly Scope[], now: Moment): boolean {
    const rank = (one: Severity) => severities.indexOf(one);
    return this.#active('quiet', scopes, now).some(({ below = 'critical' }) => rank(severity) < rank(below));
  }

  #active(kind: Schedule['kind'], scopes: readonly Scope[], { wallMs, trusted }: Moment): Schedule[] {
    return this.#all.filter(
      (one) =>
        one.kind === kind &&
        one.scopes.some((scope) => scopes.includes(scope)) &&
        isActive(one, wallMs, trusted, this.#local),
    );
  }
}

/** What an incident is about: a series of a machine, of the box (null), or of a probe that no machine stands for. */
export type Subject = { machine: number | null; subject: string };

/** Everything that may be said about it. */
export function scopesOf({ machine, subject }: Subject, groups: readonly string[]): Scope[] {
  const probe = machine === null ? probeIdOf(subject) : null;
  const own: Scope[] = machine !== null ? [`machine:${machine}`] : probe === null ? [] : [`probe:${probe}`];
  return ['all', ...groups.map((id): Scope => `group:${id}`), ...own];
}
