/** macOS: a folder with its install script. */
import type { TarEntry } from '../archives/tar.ts';
import { file, type Parts, runScript, withFolders } from './parts.ts';

const lib = '/usr/local/lib/netmonitor';
const home = '/Library/Application Support/NetMonitor';

export async function macosTree({ node, nodeLicense, bundle, license, source }: Parts): Promise<TarEntry[]> {
  const install = async (name: string) => source(`agent/install/macos/${name}`);
  const command = `#!/bin/sh\nexport NETMONITOR_HOME='${home}'\nexec ${lib}/node ${lib}/agent/cli.mjs "$@"\n`;
  const files = [
    file('install.sh', await install('install.sh'), 0o755),
    file('net.netmonitor.agent.plist', await install('net.netmonitor.agent.plist')),
    file('netmonitor-agent', command, 0o755),
    file('node', node.binary, 0o755),
    file('LICENSE', license),
    file('node-LICENSE', nodeLicense),
    ...[...bundle].map(([name, content]) => file(`agent/${name}`, content)),
    file('agent/run', runScript(lib), 0o755),
    file('net.netmonitor.notice.plist', await install('net.netmonitor.notice.plist')),
    file('agent/show-notice', await install('show-notice'), 0o755),
    file('agent/notice.applescript', await install('notice.applescript')),
    file('agent/service', await install('service'), 0o755),
  ].map((entry) => ({ ...entry, path: `netmonitor-agent/${entry.path}` }));
  return withFolders(files);
}
