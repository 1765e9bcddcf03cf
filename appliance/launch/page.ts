/** Builds the page and the table of makers for a start, unless their sources are those of the last build. */
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stop } from 'esbuild';
import { buildPage } from '../../image/page.ts';
import { buildVendors } from '../../image/vendors.ts';
import { systemCodeOf } from '../runtime/errors.ts';

/** What the page is made of, and what makes it. */
const sources = ['appliance/web/assets', 'image/page.ts', 'package-lock.json'];

const vendorSources = ['image/vendors.ts', 'package-lock.json'];

/** Resolves to the folder of the built page; each state of the sources has its own, so that two starts cannot clash. */
export async function currentPage(root: string): Promise<string> {
  const cache = join(root, '.cache', 'page');
  const outDir = join(cache, await hashOf(sources.map((path) => join(root, path))));
  if (await exists(outDir)) return outDir;
  const building = `${outDir}-${process.pid}`;
  await mkdir(dirname(building), { recursive: true });
  await buildPage({ outDir: building, minify: true });
  // esbuild's service would otherwise stay beside us as long as we run.
  await stop();
  await rename(building, outDir).catch(async (error: unknown) => {
    if (!(await exists(outDir))) throw error;
    await rm(building, { recursive: true, force: true });
  });
  return outDir;
}

/** Resolves to the table of the makers of hardware. */
export async function currentVendors(root: string): Promise<string> {
  const cache = join(root, '.cache', 'vendors');
  const hash = await hashOf(vendorSources.map((path) => join(root, path)));
  const file = join(cache, `${hash}.bin`);
  if (await exists(file)) return file;
  await mkdir(cache, { recursive: true });
  await buildVendors(file);
  return file;
}

async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths)
    for (const file of await filesUnder(path)) hash.update(file).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

async function filesUnder(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if (systemCodeOf(error) === 'ENOTDIR') return [path];
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
