/** Windows: a folder with its install script, as a zip archive. */
import type { ZipEntry } from '../archives/zip.ts';
import { flags, type Parts } from './parts.ts';

export async function windowsTree({
  node,
  nodeLicense,
  bundle,
  license,
  source,
}: Parts): Promise<ZipEntry[]> {
  const install = async (name: string) => scriptOf(await source(`agent/install/windows/${name}`));
  return [
    { path: 'install.ps1', content: await install('install.ps1') },
    { path: 'netmonitor-agent.cmd', content: await install('netmonitor-agent.cmd') },
    { path: 'node.exe', content: node.binary },
    { path: 'LICENSE', content: license },
    { path: 'node-LICENSE', content: nodeLicense },
    ...[...bundle].map(([name, content]) => ({ path: `agent/${name}`, content })),
    { path: 'agent/run.cmd', content: await install('run.cmd') },
    { path: 'agent/notice.ps1', content: scriptOf(await source('agent/notice/notice.ps1')) },
    { path: 'agent/service.ps1', content: await install('service.ps1') },
  ].map(({ path, content }) => ({ path: `netmonitor-agent/${path}`, content }));
}

/** cmd.exe loses its labels in files without carriage returns, and PowerShell 5 takes a file without a mark for a code page. */
function scriptOf(text: string): Buffer {
  const lines = text.replaceAll('@FLAGS@', flags).replaceAll(/\r?\n/g, '\r\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what needs no mark
  return Buffer.from(/^[\x00-\x7f]*$/.test(lines) ? lines : `\ufeff${lines}`, 'utf8');
}
