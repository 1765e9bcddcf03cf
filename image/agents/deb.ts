/** A Debian package around the Linux tree (deb(5)): version, control, data. */
import { createHash } from 'node:crypto';
import { writeAr } from '../archives/ar.ts';
import { type Compression, compress } from '../archives/compress.ts';
import { type TarEntry, writeTar } from '../archives/tar.ts';
import { file, type Parts } from './parts.ts';

/** What Node is linked with, and what makes the agent's user. */
const depends = 'libc6 (>= 2.28), libgcc-s1 | libgcc1, libstdc++6 (>= 8), passwd';

export async function debPackage(o: {
  parts: Parts;
  architecture: string;
  tree: readonly TarEntry[];
  /** The tree as a tar archive, already compressed. */
  data: Uint8Array;
  compression: Compression;
  mtimeS: number;
}): Promise<Uint8Array[]> {
  const { parts, architecture, tree, data, compression, mtimeS } = o;
  const script = async (name: string, path = name) =>
    file(`./${name}`, await parts.source(`agent/install/linux/${path}`), 0o755);
  const control = [
    { path: './', mode: 0o755, content: new Uint8Array() },
    file('./control', controlFile(parts, architecture, tree)),
    file('./md5sums', md5sums(tree)),
    await script('postinst'),
    await script('postrm', 'forget'),
    await script('prerm'),
  ];
  const packed = await compress(writeTar(control, mtimeS), compression);
  const ending = compression === 'none' ? '' : `.${compression}`;
  return writeAr(
    [
      { name: 'debian-binary', content: Buffer.from('2.0\n') },
      { name: `control.tar${ending}`, content: packed },
      { name: `data.tar${ending}`, content: data },
    ],
    mtimeS,
  );
}

function controlFile(parts: Parts, architecture: string, tree: readonly TarEntry[]): string {
  const kib = Math.ceil(tree.reduce((sum, { content }) => sum + content.length, 0) / 1024);
  return [
    'Package: netmonitor-agent',
    `Version: ${parts.version}`,
    `Architecture: ${architecture}`,
    'Maintainer: NetMonitor maintainers <maintainers@netmonitor.invalid>',
    `Installed-Size: ${kib}`,
    `Depends: ${depends}`,
    // One program that stays and pings all targets, instead of one for each ping.
    'Recommends: fping',
    `Provides: netmonitor-node (= ${parts.node.version})`,
    'Section: admin',
    'Priority: optional',
    'Description: measures this machine and tells its NetMonitor box',
    ' The agent finds the box of its network by itself, waits until a person has',
    ' admitted the machine there, and sends what it measures. Nothing is lost while',
    ' the box is away.',
    '',
  ].join('\n');
}

/** What `dpkg --verify` compares with. */
function md5sums(tree: readonly TarEntry[]): string {
  return tree
    .filter(({ path }) => !path.endsWith('/'))
    .map(({ path, content }) => `${createHash('md5').update(content).digest('hex')}  ${path.slice(2)}\n`)
    .join('');
}
