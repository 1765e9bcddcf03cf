/** What every package of the agent is made of, before it is laid out for a system. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TarEntry } from '../archives/tar.ts';
import { nodeEnvironmentOf, nodeFlagsOf } from '../node-flags.ts';
import type { StockNode } from './nodes.ts';

export type Parts = {
  version: string;
  node: StockNode;
  nodeLicense: Uint8Array;
  /** Name → content, flat. */
  bundle: ReadonlyMap<string, Uint8Array>;
  license: Uint8Array;
  /** Reads one of the files of agent/install or systemd. */
  source(path: string): Promise<string>;
};

export const file = (path: string, content: Uint8Array | string, mode = 0o644): TarEntry => ({
  path,
  mode,
  content: typeof content === 'string' ? Buffer.from(content) : content,
});

/** A folder for each step of the way, in front of what lies in it. */
export function withFolders(files: readonly TarEntry[], top = ''): TarEntry[] {
  const folders = new Set<string>(top === '' ? [] : [top]);
  for (const { path } of files)
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
      folders.add(path.slice(0, at + 1));
  const made = [...folders].map((path) => ({ path, mode: 0o755, content: new Uint8Array() }));
  const byPath = (one: TarEntry, other: TarEntry) =>
    one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
  return [...made, ...files].sort(byPath);
}

export async function readBundle(folder: string): Promise<Map<string, Uint8Array>> {
  const names = (await readdir(folder)).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}

export const flags = nodeFlagsOf('agent').join(' ');

/** Starts the agent as its unit does, for those who start programs and know nothing of environments. */
export function runScript(lib: string): string {
  const exports = Object.entries(nodeEnvironmentOf('agent')).map(
    ([name, value]) => `export ${name}=${value}\n`,
  );
  return `#!/bin/sh\n${exports.join('')}exec ${lib}/node ${flags} ${lib}/agent/main.mjs "$@"\n`;
}
