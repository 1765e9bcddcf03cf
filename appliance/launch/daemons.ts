/** The processes that a start brings up, and the flags that make them one appliance. */
import { join } from 'node:path';

export const daemonNames = ['store', 'ingest', 'watch', 'web', 'display', 'agent'] as const;
export type DaemonName = (typeof daemonNames)[number];

/** Where each process begins, under the root of the repository. */
export const mains: Record<DaemonName, string> = {
  store: 'appliance/store/main.ts',
  ingest: 'appliance/ingest/main.ts',
  watch: 'appliance/watch/main.ts',
  web: 'appliance/web/main.ts',
  display: 'display/main.ts',
  agent: 'agent/main.ts',
};

export type Ports = { https: number; http: number; door: number };

export type Setup = {
  home: string;
  ports: Ports;
  language: 'en' | 'fr';
  /** The folder of the built page. */
  assetsDir: string;
  /** The table of makers of hardware; it need not be there. */
  vendorsFile?: string;
  /** The folder of the agent's packages; they need not be there. */
  packagesDir?: string;
};

/** A computer on which somebody types `npm start` has a clock with a battery, and that person set it; a Pi has none. */
const ownClock = ['--clock', 'trusted'] as const;

/** On the Pi the same keys stand in /etc/netmonitor/DAEMON.toml; flags win over a file that the person wrote. */
export function flagsOf(
  daemon: DaemonName,
  { home, ports, language, assetsDir, vendorsFile, packagesDir }: Setup,
): string[] {
  const doorFile = join(home, 'state', 'ingest', 'public', 'door.json');
  switch (daemon) {
    case 'store':
      return [...ownClock];
    case 'ingest':
      return [
        ...['--port', String(ports.door), '--door-file', doorFile],
        ...['--local-agent-key', join(home, 'state', 'agent', 'public', 'local-agent.pub')],
      ];
    case 'watch':
      return vendorsFile === undefined ? [] : ['--vendors-file', vendorsFile];
    case 'web':
      return [
        ...['--https-port', String(ports.https), '--http-port', String(ports.http)],
        ...['--assets-dir', assetsDir],
        ...(packagesDir === undefined ? [] : ['--packages-dir', packagesDir]),
      ];
    case 'display':
      return ['--panel', 'auto', '--button', 'auto', '--language', language];
    case 'agent':
      return ['--door-file', doorFile];
  }
}
