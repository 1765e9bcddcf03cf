/** The daemons as they are shipped: bundles under the flags that their units give to Node. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DaemonName } from '../../../appliance/launch/daemons.ts';
import { buildBundles } from '../../../image/bundles.ts';
import { nodeEnvironmentOf, nodeFlagsOf } from '../../../image/node-flags.ts';
import type { Command } from './supervised.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export class Programs {
  readonly folder: string;

  /** Those that were built into this folder. */
  constructor(folder: string) {
    this.folder = folder;
  }

  static async build(): Promise<Programs> {
    const programs = new Programs(mkdtempSync(join(tmpdir(), 'nm-programs-')));
    await buildBundles({ root, outDir: join(programs.folder, 'bundles') });
    return programs;
  }

  /** What web serves. */
  get assetsDir(): string {
    return join(this.folder, 'bundles', 'web', 'page');
  }

  command(daemon: DaemonName, args: readonly string[], places: { home: string; runDir: string }): Command {
    return {
      args: [...nodeFlagsOf(daemon), join(this.folder, 'bundles', daemon, 'main.mjs'), ...args],
      env: { NETMONITOR_HOME: places.home, NETMONITOR_RUN: places.runDir, ...nodeEnvironmentOf(daemon) },
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
