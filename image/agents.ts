/** The agent's packages for Linux, Windows and macOS: stock Node, one bundle, and what each system needs to run it. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../appliance/runtime/version.ts';
import { debPackage } from './agents/deb.ts';
import { getScripts } from './agents/get-scripts.ts';
import { linuxTree } from './agents/linux.ts';
import { macosTree } from './agents/macos.ts';
import { type StockNode, stockNode } from './agents/nodes.ts';
import {
  type AgentPackage,
  type AgentPackages,
  aboutTarget,
  bundleTargets,
  mostPackageBytes,
  type Target,
  targetNames,
} from './agents/packages.table.ts';
import { type Parts, readBundle } from './agents/parts.ts';
import { windowsTree } from './agents/windows.ts';
import { type Compression, compress } from './archives/compress.ts';
import { writeTar } from './archives/tar.ts';
import { writeZip } from './archives/zip.ts';
import { buildAgentBundle } from './bundles.ts';
import { type Step, StepError } from './step.ts';

/** Where the terms of Node stand, which are the same for all. */
const licensed = 'linux-x64' satisfies Target;

/** Every file has this date, so that the same sources are the same bytes: 1 January 2000. */
const mtimeS = 946_684_800;

type Options = {
  root: string;
  outDir: string;
  only?: readonly Target[];
  progress(text: string): void;
  /** For tests, which have no minute for compressing. */
  quick?: boolean;
  nodeOf?: (target: Target) => Promise<StockNode>;
};

export async function buildAgents(o: Options): Promise<AgentPackages> {
  const { root, outDir, progress } = o;
  const wanted = o.only ?? targetNames;
  await mkdir(outDir, { recursive: true });
  // Two at a time: each holds a Node in memory, and a machine that builds has often two cores.
  const packages: AgentPackage[] = [];
  const left = [...wanted];
  const work = async () => {
    for (let target = left.shift(); target !== undefined; target = left.shift())
      packages.push(...(await packagesFor(target, o)));
  };
  await Promise.all([work(), work()]);
  packages.sort((one, other) => (one.file < other.file ? -1 : 1));
  const manifest = { version, packages };
  for (const [name, text] of await getScripts(root, packages)) await writeFile(join(outDir, name), text);
  await removeOthers(outDir, packages);
  const sums = packages.map(({ sha256, file }) => `${sha256}  ${file}\n`).join('');
  await writeFile(join(outDir, 'SHA256SUMS'), sums);
  // Last, and at once: the box may be reading it.
  const list = join(outDir, 'packages.json');
  await writeFile(`${list}.new`, `${JSON.stringify(manifest, null, 1)}\n`);
  await rename(`${list}.new`, list);
  progress(`${outDir}: ${packages.length} packages`);
  return manifest;
}

/** Packages of an earlier version. */
async function removeOthers(outDir: string, packages: readonly AgentPackage[]): Promise<void> {
  const kept = packages.map(({ file }) => file);
  const others = (await readdir(outDir)).filter(
    (name) => /^netmonitor-agent[-_]/.test(name) && !kept.includes(name),
  );
  await Promise.all(others.map((name) => rm(join(outDir, name))));
}

async function packagesFor(target: Target, o: Options): Promise<AgentPackage[]> {
  const { progress } = o;
  const parts = await partsFor(target, o);
  const [system = '', arch = ''] = target.split('-');
  const stem = `netmonitor-agent-${version}-${target}`;
  const keep = async (kind: string, file: string, bytes: readonly Uint8Array[]) =>
    write(o.outDir, { system, arch, kind, file }, bytes);
  progress(`packing ${target}`);
  if (system === 'windows') {
    const zip = await writeZip(await windowsTree(parts), o.quick ? 0 : 9);
    return [await keep('zip', `${stem}.zip`, zip)];
  }
  if (system === 'macos') {
    const tree = await macosTree(parts);
    const packed = await compress(writeTar(tree, mtimeS), o.quick ? 'none' : 'gz');
    return [await keep('tar.gz', `${stem}.tar.gz`, [packed])];
  }
  const tree = await linuxTree(parts);
  const compression: Compression = o.quick ? 'none' : 'xz';
  const data = await compress(writeTar(tree, mtimeS), compression);
  const { debian: architecture = arch } = aboutTarget(target);
  const deb = await debPackage({ parts, architecture, tree, data, compression, mtimeS });
  return [
    await keep('deb', `netmonitor-agent_${version}_${architecture}.deb`, deb),
    await keep('tar.xz', `${stem}.tar.xz`, [data]),
  ];
}

async function partsFor(target: Target, o: Options): Promise<Parts> {
  const { root, progress, nodeOf = (one) => fromNpm(one, root, progress) } = o;
  const folder = join(o.outDir, `.bundle-${target}`);
  progress(`bundling the agent for ${target}`);
  await buildAgentBundle({ root, outDir: folder, target: bundleTargets[target] });
  const bundle = await readBundle(folder);
  await rm(folder, { recursive: true });
  const node = await nodeOf(target);
  return {
    version,
    bundle,
    node,
    nodeLicense: node.license ?? (await nodeOf(licensed)).license ?? Buffer.of(),
    license: await readFile(join(root, 'LICENSE')),
    source: (path) => readFile(join(root, path), 'utf8'),
  };
}

function fromNpm(target: Target, root: string, progress: (text: string) => void): Promise<StockNode> {
  const { node, file } = aboutTarget(target);
  return stockNode({ root, package: node, file, progress });
}

async function write(
  outDir: string,
  about: Omit<AgentPackage, 'bytes' | 'sha256'>,
  parts: readonly Uint8Array[],
): Promise<AgentPackage> {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const part of parts) {
    hash.update(part);
    bytes += part.length;
  }
  const path = join(outDir, about.file);
  await writeFile(`${path}.new`, parts);
  await rename(`${path}.new`, path);
  return { ...about, bytes, sha256: hash.digest('hex') };
}

export const agents: Step = {
  about: "the agent's packages for Linux, Windows and macOS, into .cache/agents; the box serves them at /get",
  help: {
    out: 'another folder',
    only: `some of ${targetNames.join(', ')}, separated by commas`,
  },
  options: { out: { type: 'string' }, only: { type: 'string' } },
  async run({ root, values, progress }) {
    const outDir = typeof values.out === 'string' ? values.out : join(root, '.cache', 'agents');
    const only = typeof values.only === 'string' ? values.only.split(',').map(targetNamed) : undefined;
    const made = await buildAgents({ root, outDir, progress, ...(only === undefined ? {} : { only }) });
    for (const { file, bytes, sha256 } of made.packages)
      progress(`${file.padEnd(46)} ${(bytes / 1e6).toFixed(1).padStart(5)} MB  ${sha256}`);
    const large = made.packages.filter(({ bytes }) => bytes > mostPackageBytes);
    if (large.length > 0)
      throw new StepError(`Larger than 45 MB: ${large.map(({ file }) => file).join(', ')}.`);
    return { folder: outDir, ...made };
  },
};

function targetNamed(name: string): Target {
  const found = targetNames.find((target) => target === name);
  if (found !== undefined) return found;
  throw new StepError(`There is no target ${name}; known are ${targetNames.join(', ')}.`);
}
