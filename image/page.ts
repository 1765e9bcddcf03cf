/** Builds the page of the box: bundles, content-hashed names, and .br and .gz beside each file. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';

export type PageFile = { name: string; bytes: number; brotli: number };
export type PageManifest = { files: PageFile[] };

const assets = fileURLToPath(new URL('../appliance/web/assets/', import.meta.url));

export async function buildPage(o: { outDir: string; minify: boolean }): Promise<PageManifest> {
  await rm(o.outDir, { recursive: true, force: true });
  const outputs = await bundle(o.minify);
  const written = new Map<string, Uint8Array>();
  for (const [name, bytes] of outputs) written.set(`assets/${name}`, bytes);

  const iconBytes = await readFile(join(assets, 'icon.svg'));
  const icon = `assets/icon-${hashOf(iconBytes)}.svg`;
  written.set(icon, iconBytes);

  const find = (pattern: RegExp): string => {
    const name = [...written.keys()].find((key) => pattern.test(key));
    if (name === undefined) throw new Error(`the page's build made no file that matches ${pattern}`);
    return `/${name}`;
  };
  const index = fillTemplate(await readFile(join(assets, 'index.html'), 'utf8'), {
    icon: `/${icon}`,
    style: find(/^assets\/style-\w+\.css$/),
    later: find(/^assets\/later-\w+\.css$/),
    theme: find(/^assets\/theme-\w+\.js$/),
    app: find(/^assets\/app-\w+\.js$/),
  });
  written.set('index.html', Buffer.from(index));

  const files: PageFile[] = [];
  for (const [name, bytes] of written) files.push(await writeCompressed(join(o.outDir, name), name, bytes));
  files.sort((a, b) => a.name.localeCompare(b.name));
  await writeFile(join(o.outDir, 'manifest.json'), `${JSON.stringify({ files }, null, 1)}\n`);
  return { files };
}

async function bundle(minify: boolean): Promise<[string, Uint8Array][]> {
  const common = {
    bundle: true,
    minify,
    write: false,
    outdir: join(assets, '.out'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    target: ['es2022', 'safari16'],
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
  } satisfies BuildOptions & { write: false };
  const [page, theme] = await Promise.all([
    build({
      ...common,
      entryPoints: {
        app: join(assets, 'start.ts'),
        style: join(assets, 'css/style.css'),
        later: join(assets, 'css/later.css'),
      },
      format: 'esm',
      splitting: true,
    }),
    // Blocks the first paint on purpose, so it stays a classic script of its own.
    build({ ...common, entryPoints: { theme: join(assets, 'theme.ts') }, format: 'iife' }),
  ]);
  return [...page.outputFiles, ...theme.outputFiles].map((file) => [basename(file.path), file.contents]);
}

export function fillTemplate(text: string, values: Record<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`index.html names {{${name}}}, which the build does not know`);
    return value;
  });
}

async function writeCompressed(path: string, name: string, bytes: Uint8Array): Promise<PageFile> {
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  await writeFile(`${path}.br`, brotli);
  await writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  return { name, bytes: bytes.length, brotli: brotli.length };
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
}

/** `node image/page.ts [OUT]`: builds and prints the sizes. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outDir = process.argv[2] ?? fileURLToPath(new URL('../.cache/page', import.meta.url));
  const { files } = await buildPage({ outDir, minify: true });
  for (const file of files)
    process.stdout.write(`${file.name.padEnd(36)} ${file.bytes} B, brotli ${file.brotli} B\n`);
  process.stdout.write(`${relative(process.cwd(), outDir)}: ${files.length} files\n`);
}
