/** The process in which damaged databases are opened. It ends with the process that started it. */
import { constants, setPriority } from 'node:os';
import { inspect } from './inspect.ts';
import type { Job } from './jobs.ts';
import { salvage } from './salvage.ts';

process.once('disconnect', () => process.exit(1));
process.once('message', (message) => {
  const job = message as Job;
  if (job.isIdle) lowerPriority();
  const work = job.kind === 'inspect' ? inspect(job) : salvage(job);
  work.then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`netmonitor-store: ${String(error)}\n`);
      process.exit(1);
    },
  );
});

function lowerPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // Not allowed here: then at the usual priority.
  }
}
