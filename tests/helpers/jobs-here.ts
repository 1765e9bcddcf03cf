/** The work of the store's child process, done in the process of the test: for databases that do not abort. */
import { inspect } from '../../appliance/store/recovery/inspect.ts';
import type { Jobs } from '../../appliance/store/recovery/jobs.ts';
import { salvage } from '../../appliance/store/recovery/salvage.ts';

export const jobsHere: Jobs = { inspect: (job) => inspect(job), salvage: (job) => salvage(job) };
