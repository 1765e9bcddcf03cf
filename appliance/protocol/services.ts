/** The services of a machine, as its agent tells them and as the box keeps them. */
import { type Checked, integer, list, object, oneOf, optional, text } from './check.ts';
import { limits } from './limits.ts';
import { plainMarks } from './marks.ts';

/**
 * `done` has ended well and counts as active; `restarting` has failed and is about to be started again; `stopped` is one
 * that is meant to run, or that ran before.
 */
export const serviceStates = [
  'failed',
  'restarting',
  'starting',
  'stopping',
  'paused',
  'stopped',
  'running',
  'done',
] as const;
export type ServiceState = (typeof serviceStates)[number];

const name = text({
  min: 1,
  max: limits.serviceNameLength,
  pattern: plainMarks,
  what: 'a name of a service (direction marks and line separators are not allowed)',
});

const checkService = object({
  name,
  /** What people call it. */
  label: optional(name),
  state: oneOf(serviceStates),
  /** Since when, by the machine's own clock. */
  sinceMs: optional(integer({ min: 0, max: 2 ** 48 })),
});
export type Service = Checked<typeof checkService>;

/** All of them, each time that one has changed. */
export const checkServices = object({
  services: list(checkService, { max: limits.servicesPerMachine }),
  /** How many more there were. */
  left: optional(integer({ min: 0, max: 1_000_000 })),
});
export type Services = Checked<typeof checkServices>;
