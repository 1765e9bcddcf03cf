/** Linux: one tree of files, which is both what a Debian package installs and what the archive for all others holds. */
import type { TarEntry } from '../archives/tar.ts';
import { file, type Parts, runScript, withFolders } from './parts.ts';

const lib = 'usr/lib/netmonitor';
const session = 'usr/lib/systemd/user/graphical-session.target.d';
const doc = 'usr/share/doc/netmonitor-agent';

export async function linuxTree(parts: Parts): Promise<TarEntry[]> {
  const { node, nodeLicense, bundle, license, source } = parts;
  const install = async (name: string) => source(`agent/install/linux/${name}`);
  const files = [
    file('usr/bin/netmonitor-agent', `#!/bin/sh\nexec /${lib}/node /${lib}/agent/cli.mjs "$@"\n`, 0o755),
    file(`${lib}/node`, node.binary, 0o755),
    ...[...bundle].map(([name, content]) => file(`${lib}/agent/${name}`, content)),
    file(`${lib}/agent/run`, runScript(`/${lib}`), 0o755),
    file(`${lib}/agent/service`, await install('service'), 0o755),
    file(`${lib}/agent/forget`, await install('forget'), 0o755),
    file(`${lib}/agent/install.sh`, await install('install.sh'), 0o755),
    file(`${lib}/agent/openrc`, await install('openrc'), 0o755),
    file(
      'usr/lib/systemd/system/netmonitor-agent.service',
      unitWithoutNotify(await source('systemd/netmonitor-agent.service')),
    ),
    file(
      'usr/lib/systemd/system/netmonitor-agent-goodbye.service',
      await install('netmonitor-agent-goodbye.service'),
    ),
    file(`${lib}/agent/show-notice`, await install('show-notice'), 0o755),
    file('usr/lib/systemd/user/netmonitor-agent-notice.path', await install('netmonitor-agent-notice.path')),
    file(
      'usr/lib/systemd/user/netmonitor-agent-notice.service',
      await install('netmonitor-agent-notice.service'),
    ),
    // What a link in a folder of wants would say, as a file, which is all that is packed here.
    file(`${session}/netmonitor-agent.conf`, '[Unit]\nWants=netmonitor-agent-notice.path\n'),
    file(
      'usr/lib/systemd/system/netmonitor-agent-sleep.service',
      await install('netmonitor-agent-sleep.service'),
    ),
    file('usr/lib/sysusers.d/netmonitor-agent.conf', await source('systemd/netmonitor-agent.sysusers.conf')),
    file('usr/lib/tmpfiles.d/netmonitor-agent.conf', await source('systemd/netmonitor-agent.tmpfiles.conf')),
    file(`${doc}/copyright`, license),
    file(`${doc}/node-LICENSE`, nodeLicense),
  ];
  const listed = `${lib}/agent/files`;
  const list = [...files.map(({ path }) => path), listed].sort().join('\n');
  return withFolders([...files, file(listed, `${list}\n`)]).map((entry) => ({
    ...entry,
    path: `./${entry.path}`,
  }));
}

/**
 * The word to systemd needs a compiled part, which exists only where somebody compiled it; this package carries none, so
 * that one runs everywhere. On the box the appliance's package brings it, and gives notify and watchdog back.
 */
export function unitWithoutNotify(unit: string): string {
  const lines = unit.split('\n');
  for (const wanted of ['Type=notify', 'NotifyAccess=main', 'WatchdogSec=60'])
    if (!lines.includes(wanted)) throw new Error(`netmonitor-agent.service does not say ${wanted} any more`);
  return (
    lines
      .filter((line) => line !== 'NotifyAccess=main' && line !== 'WatchdogSec=60')
      .map((line) => (line === 'Type=notify' ? 'Type=exec' : line))
      // Before systemd 254 there are no RestartSteps=, and five quick failures would be the end.
      .map((line) => (line === '[Service]' ? `StartLimitIntervalSec=0\n\n${line}` : line))
      .join('\n')
  );
}
