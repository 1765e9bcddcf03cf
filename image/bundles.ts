/** One minified bundle a process, with the native parts that it loads beside it. */
import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { nativePackages } from './natives.ts';
import { buildPage } from './page.ts';
import { builtinsAsTheyAre, classicLevel, sloppyPackage } from './plugins.ts';
import { type Step, StepError } from './step.ts';
import { buildVendors } from './vendors.ts';

/** Process → where it begins. */
export const entries = {
  store: 'appliance/store/main.ts',
  ingest: 'appliance/ingest/main.ts',
  watch: 'appliance/watch/main.ts',
  web: 'appliance/web/main.ts',
  display: 'display/main.ts',
  agent: 'agent/main.ts',
  console: 'appliance/console/main.ts',
} as const;
export type BundleName = keyof typeof entries;

/** What a process starts as a child, beside its bundle. */
const children: Partial<Record<BundleName, Record<string, string>>> = {
  store: { inspector: 'appliance/store/recovery/inspector.ts' },
};

/** Platform → the prebuilt LevelDB that classic-level ships for it. */
const levelBinaries: Record<string, string> = {
  'linux-x64': 'linux-x64/classic-level.node',
  'linux-arm64': 'linux-arm64/classic-level.armv8.node',
};

/** CommonJS in the bundle asks for what an ES module does not have. */
const banner = [
  "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);",
  'const __dirname = import.meta.dirname, __filename = import.meta.filename;',
].join('');

export type Bundled = { dir: string; bytes: Record<string, number> };

export async function buildBundles(o: {
  root: string;
  outDir: string;
  target?: string;
  progress?(text: string): void;
}): Promise<Bundled> {
  const target = o.target ?? `${process.platform}-${process.arch}`;
  const binary = levelBinaries[target];
  if (!binary)
    throw new StepError(`There is no target ${target}; known are ${Object.keys(levelBinaries).join(', ')}.`);
  await rm(o.outDir, { recursive: true, force: true });
  const bytes: Record<string, number> = {};
  for (const name of Object.keys(entries) as BundleName[]) {
    o.progress?.(`bundling ${name}`);
    const outdir = join(o.outDir, name);
    const inputs = Object.entries({ main: entries[name], ...children[name] });
    const points = Object.fromEntries(inputs.map(([part, path]) => [part, join(o.root, path)]));
    await build(optionsFor(points, outdir, target));
    if (name === 'store')
      await cp(
        join(o.root, 'node_modules/classic-level/prebuilds', binary),
        join(outdir, 'classic-level.node'),
      );
    if (name === 'web') await buildPage({ outDir: join(outdir, 'page'), minify: true });
    if (name === 'watch') await buildVendors(join(outdir, 'vendors.bin'));
    bytes[name] = await bytesUnder(outdir);
  }
  await copyNatives(o.root, join(o.outDir, 'node_modules'));
  return { dir: o.outDir, bytes };
}

/** The agent and its command for one system, as its packages carry them. */
export async function buildAgentBundle(o: { root: string; outDir: string; target: string }): Promise<void> {
  // One after the other: pieces that both share would be files more that the daemon has to load.
  for (const points of [{ main: entries.agent }, { cli: 'agent/cli.ts' }])
    for (const [part, path] of Object.entries(points))
      await build(optionsFor({ [part]: join(o.root, path) }, o.outDir, o.target));
}

function optionsFor(entryPoints: Record<string, string>, outdir: string, target: string): BuildOptions {
  return {
    entryPoints,
    outdir,
    bundle: true,
    // What is loaded only sometimes (systeminformation, the panel's drivers) stays out of the process until then.
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'part-[hash]',
    platform: 'node',
    target: 'node24',
    // What is for other systems (the agent's collectors there) is left out.
    define: { 'process.platform': JSON.stringify(platformOf(target)) },
    minify: true,
    legalComments: 'external',
    external: [...nativePackages.keys()],
    banner: { js: banner },
    plugins: [builtinsAsTheyAre(), classicLevel(), sloppyPackage('oled-i2c-bus')],
    logLevel: 'warning',
  };
}

/** What Node calls the system of a target. */
function platformOf(target: string): string {
  const [system = ''] = target.split('-');
  return system === 'win' ? 'win32' : system;
}

/** Optional: a process that finds none of them runs without (no panel, no button, no word to systemd). */
async function copyNatives(root: string, into: string): Promise<void> {
  for (const [name, parts] of nativePackages)
    for (const part of [name, ...parts]) {
      const from = join(root, 'node_modules', part);
      if (await stat(from).catch(() => undefined)) await copyRuntimeFiles(from, join(into, part));
    }
}

/** What a package loads when it runs: its JavaScript and the built part, neither sources nor objects. */
async function copyRuntimeFiles(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const files = await readdir(from, { recursive: true, withFileTypes: true });
  const wanted = /(\.js|\.cjs|\.json|LICENSE[^/]*|build\/Release\/[^/]+\.node)$/;
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    const inside = path.slice(from.length + 1);
    if (
      file.isFile() &&
      wanted.test(inside) &&
      !/(^|\/)((integration-)?test|examples?|deps|obj\.target)\//.test(inside)
    )
      await cp(path, join(to, inside));
  }
}

async function bytesUnder(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((file) => file.isFile())
    .map(async (file) => (await stat(join(file.parentPath, file.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

export const bundles: Step = {
  about: 'one minified bundle a process, into .cache/bundles',
  help: {
    target: `${Object.keys(levelBinaries).join(' or ')} (default: this machine)`,
    out: 'another folder',
  },
  options: { target: { type: 'string' }, out: { type: 'string' } },
  async run({ root, values, progress }) {
    const outDir = typeof values.out === 'string' ? values.out : join(root, '.cache', 'bundles');
    const target = typeof values.target === 'string' ? { target: values.target } : {};
    return buildBundles({ root, outDir, progress, ...target });
  },
};
