/** Work on databases that may abort the process that opens them: given to a child. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Inspection, InspectJob } from './inspect.ts';
import type { Salvaged, SalvageJob } from './salvage.ts';

export type Job =
  | ({ kind: 'inspect'; isIdle: boolean } & InspectJob)
  | ({ kind: 'salvage'; isIdle: boolean } & SalvageJob);

/** null: the process ended without a result. */
export interface Jobs {
  inspect(job: InspectJob, o: { isIdle: boolean; signal: AbortSignal }): Promise<Inspection | null>;
  salvage(job: SalvageJob, signal: AbortSignal): Promise<Salvaged | null>;
}

export const childJobs: Jobs = {
  inspect: (job, { isIdle, signal }) =>
    inChild({ kind: 'inspect', isIdle, ...job }, signal) as Promise<Inspection | null>,
  salvage: (job, signal) =>
    inChild({ kind: 'salvage', isIdle: false, ...job }, signal) as Promise<Salvaged | null>,
};

/** Beside this module in the sources, beside the main module in a bundle. */
function inspectorPath(): string {
  const isSource = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(isSource ? 'inspector.ts' : 'inspector.mjs', import.meta.url));
}

function inChild(job: Job, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(inspectorPath(), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let result: unknown = null;
    const end = () => child.kill('SIGKILL');
    signal.addEventListener('abort', end, { once: true });
    child.once('message', (message) => {
      result = message;
    });
    child.once('error', reject);
    child.once('close', () => {
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason);
      else resolve(result);
    });
    child.send(job);
    if (signal.aborted) end();
  });
}
