/**
 * Probes as they travel: what a machine is to check, and what became of it. Kinds and options are looked at by whoever runs
 * them, because an older agent knows fewer.
 */
import { type Check, type Checked, flag, integer, list, object, oneOf, optional, text } from '../check.ts';
import { limits } from '../limits.ts';
import { Malformed } from '../malformed.ts';
import { plainMarks } from '../marks.ts';

/** As series are named after it. */
export const checkProbeId = text({
  max: 8,
  pattern: /^[a-z2-7]{8}$/,
  what: 'eight letters a-z and digits 2-7',
});

const optionName = /^[a-z][a-zA-Z]{0,31}$/;
const optionText = text({ max: limits.textLength });

export type LooseOptions = Record<string, string | number | boolean>;

const checkOptions: Check<LooseOptions> = (value, path = '') => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Malformed('WRONG_TYPE', path, 'an object is wanted');
  const entries = Object.entries(value);
  if (entries.length > limits.probeOptions)
    throw new Malformed('TOO_LONG', path, `${entries.length} options are more than ${limits.probeOptions}`);
  return Object.fromEntries(
    entries.map(([name, one]: [string, unknown]) => {
      if (!optionName.test(name)) throw new Malformed('BAD_TEXT', path, 'this is no name of an option');
      const number = typeof one === 'number' && Number.isFinite(one);
      const at = `${path}.${name}`;
      return [name, number || typeof one === 'boolean' ? one : optionText(one, at)];
    }),
  );
};

const checkAssignment = object({
  id: checkProbeId,
  kind: text({ max: 32, pattern: /^[a-z][a-z0-9-]*$/, what: 'a kind of probe' }),
  intervalMs: integer({ min: limits.probeIntervalMs, max: 86_400_000 }),
  /** An admin has listed its target, or lets probes leave the networks of the machine. */
  beyond: optional(flag),
  /** Another number than before: it is to be checked now, not only on its beat. */
  again: optional(integer({ min: 0 })),
  options: checkOptions,
});
export type Assignment = Checked<typeof checkAssignment>;

/** All that a machine is to check: what is not among them ends. */
export const checkAssignments = object({ probes: list(checkAssignment, { max: limits.probesPerMachine }) });
export type Assignments = Checked<typeof checkAssignments>;

const probeVerdicts = ['up', 'down', 'unknown'] as const;

const checkResult = object({
  probe: checkProbeId,
  runMs: integer({ min: 0, max: limits.runMs }),
  verdict: oneOf(probeVerdicts),
  reason: optional(
    object({
      code: text({ min: 1, max: 32, pattern: /^[A-Z][A-Z_]*$/, what: 'a code' }),
      detail: text({ max: limits.probeDetailLength, pattern: plainMarks, what: 'one line' }),
    }),
  ),
});
export type ProbeResult = Checked<typeof checkResult>;

/** Those whose verdict or reason changed; all of them on a new connection. */
export const checkResults = object({ results: list(checkResult, { min: 1, max: limits.resultsPerMessage }) });
export type ProbeResults = Checked<typeof checkResults>;
