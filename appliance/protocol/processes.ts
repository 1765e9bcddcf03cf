/** The busiest programs of a machine, told when somebody asks. */
import { type Checked, flag, integer, list, number, object, optional, text } from './check.ts';
import { limits } from './limits.ts';
import { plainMarks } from './marks.ts';

const checkProcess = object({
  pid: integer({ min: 1, max: 2 ** 32 - 1 }),
  name: text({
    min: 1,
    max: 64,
    pattern: plainMarks,
    what: 'a name of a program (direction marks and line separators are not allowed)',
  }),
  /** Cores that it kept busy; absent when it is younger than the last look. */
  cpu: optional(number({ min: 0, max: 65_536 })),
  memoryBytes: optional(integer({ min: 0 })),
  /** Only where the owner of the machine wants them to be told. */
  arguments: optional(text({ max: limits.argumentsLength, pattern: plainMarks, what: 'arguments' })),
});
export type Process = Checked<typeof checkProcess>;

export const checkProcesses = object({
  /** The question that this answers. */
  id: integer({ min: 0, max: 2 ** 32 - 1 }),
  /** The owner of the machine does not want them to be told. */
  off: optional(flag),
  /** How long `cpu` was measured. */
  overMs: optional(integer({ min: 0, max: 2 ** 43 })),
  /** The first by processor and the first by memory. */
  processes: list(checkProcess, { max: limits.processesPerList }),
});
export type Processes = Checked<typeof checkProcesses>;
