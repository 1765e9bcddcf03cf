/** The folders that recovery makes beside the database: bounded in number, each with one meaning. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { files } from '../keys.ts';
import { cloneDatabase } from './clone.ts';

/** The older of the two is what was there before anything unread was opened. */
const snapshots = [`${files.before}1`, `${files.before}2`] as const;
const mostSetAside = 2;

/** By hard links: it takes room only for what is compacted away later. */
export async function takeSnapshot(stateDir: string): Promise<void> {
  const [older, newer] = snapshots;
  const isFirst = !existsSync(join(stateDir, older));
  await cloneDatabase(join(stateDir, files.database), join(stateDir, isFirst ? older : newer));
}

export async function dropSnapshots(stateDir: string): Promise<void> {
  for (const name of snapshots) await rm(join(stateDir, name), { recursive: true, force: true });
}

/** Folders in which something of the database may be found, the best first. */
export async function sources(stateDir: string): Promise<string[]> {
  const aside = (await setAside(stateDir)).slice(-1);
  const names = [files.database, ...snapshots, ...aside];
  return names.map((name) => join(stateDir, name)).filter((path) => existsSync(path));
}

export async function setAside(stateDir: string): Promise<string[]> {
  return (await readdir(stateDir)).filter((name) => name.startsWith(files.setAside)).sort();
}

/** With `keep` 0 the room that they take is given up. */
export async function dropOldest(stateDir: string, keep = mostSetAside): Promise<void> {
  const names = await setAside(stateDir);
  for (const name of names.slice(0, Math.max(0, names.length - keep)))
    await rm(join(stateDir, name), { recursive: true, force: true });
}

/** Half-done copies of an earlier process. */
export async function dropLooks(stateDir: string): Promise<void> {
  for (const name of await readdir(stateDir))
    if (name.startsWith(files.look)) await rm(join(stateDir, name), { recursive: true, force: true });
}
