/** A whole box, each daemon under a supervisor of its own, with people, machines and newcomers who never rest. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIngestClient } from '../../../appliance/ingest/client/client.ts';
import { type DaemonName, daemonNames, flagsOf } from '../../../appliance/launch/daemons.ts';
import { createStoreClient } from '../../../appliance/store/client/client.ts';
import { createWebClient } from '../../../appliance/web/client/client.ts';
import { createDisplayClient } from '../../../display/client/client.ts';
import { freePorts } from '../../helpers/ports.ts';
import type { Programs } from './programs.ts';
import { Supervised } from './supervised.ts';

/** What comes too fast is gathered for a second instead of minutes; the mail server is on this machine. */
export const quickWatch = [
  ...['--gather-for', '1s', '--retry-first', '200ms', '--retry-longest', '1s', '--servers-here'],
] as const;

const moreFlags: Record<DaemonName, readonly string[]> = {
  store: ['--commit-interval', '150ms', '--seal-interval', '5s', '--ballast', '0B'],
  ingest: ['--no-announce'],
  watch: quickWatch,
  web: [],
  display: ['--panel', 'simulated', '--button', 'simulated'],
  agent: ['--interval', '1s', '--no-discover'],
};

export class Box {
  readonly home = mkdtempSync(join(tmpdir(), 'nm-kill-'));
  readonly ports: { door: number; https: number; http: number };
  readonly daemons: Record<DaemonName, Supervised>;
  readonly clients;

  private constructor(programs: Programs, [door = 0, https = 0, http = 0]: readonly number[]) {
    this.ports = { door, https, http };
    const runDir = join(this.home, 'run');
    mkdirSync(runDir, { mode: 0o700 });
    const setup = {
      home: this.home,
      ports: this.ports,
      language: 'en',
      assetsDir: programs.assetsDir,
    } as const;
    const supervised = (daemon: DaemonName) => {
      const args = [...flagsOf(daemon, setup), ...moreFlags[daemon]];
      return new Supervised(daemon, programs.command(daemon, args, { home: this.home, runDir }));
    };
    this.daemons = {
      ...{ store: supervised('store'), ingest: supervised('ingest'), web: supervised('web') },
      ...{ watch: supervised('watch'), display: supervised('display'), agent: supervised('agent') },
    };
    this.clients = {
      store: createStoreClient({ runDir, as: 'console' }),
      registry: createStoreClient({ runDir, as: 'ingest' }),
      ingest: createIngestClient({ runDir, as: 'console' }),
      web: createWebClient({ runDir, as: 'console' }),
      display: createDisplayClient({ runDir, as: 'console' }),
    };
  }

  static async start(programs: Programs): Promise<Box> {
    const box = new Box(programs, await freePorts(3));
    for (const daemon of Object.values(box.daemons)) daemon.start();
    for (const daemon of Object.values(box.daemons)) {
      if (await daemon.ready()) continue;
      await box.stop();
      throw new Error(`the box does not start: ${daemon.ownEnds.join('\n')}`);
    }
    return box;
  }

  /** Ends of daemons that nobody killed: one that is killed must take nobody with it. */
  get ownEnds(): string[] {
    return daemonNames.flatMap((name) => this.daemons[name].ownEnds);
  }

  async stop(): Promise<void> {
    for (const client of Object.values(this.clients)) client.close();
    await Promise.all(Object.values(this.daemons).map((daemon) => daemon.stop()));
    rmSync(this.home, { recursive: true, force: true });
  }
}
