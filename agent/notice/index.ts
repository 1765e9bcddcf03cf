/** How a notice is shown, by platform. Loaded when there is one to show. */
import { execFile } from 'node:child_process';
import { showOnLinux } from './linux.ts';
import { showOnMac } from './mac.ts';
import type { Notice, Outside, Show } from './notice.ts';
import { showOnWindows } from './windows.ts';

const DEADLINE_MS = 10_000;

const kinds = { linux: showOnLinux, darwin: showOnMac, win32: showOnWindows } satisfies Partial<
  Record<NodeJS.Platform, Show>
>;

const runTool: Outside['run'] = (program, args, options) =>
  new Promise((resolve, reject) => {
    const limits = { timeout: DEADLINE_MS, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 } as const;
    execFile(program, args, { cwd: '/', ...limits, ...options }, (error) => {
      if (error === null) resolve();
      else reject(new Error(`${program} failed: ${error.code ?? error.signal}`));
    });
  });

export async function showNotice(notice: Notice, { runDir }: { runDir: string }): Promise<void> {
  const show = (kinds as Partial<Record<NodeJS.Platform, Show>>)[process.platform];
  await show?.(notice, { runDir, root: '/', uid: process.getuid?.() ?? 0, run: runTool });
}
