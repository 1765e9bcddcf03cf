/** What a power cut could leave of a folder: one state for each model of what a disk and its file system keep. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk, DiskFolder, Names } from './disk.ts';
import { DiskFile } from './disk-file.ts';

export const models = {
  P: 'every write was kept',
  B: 'only what was synced was kept, under the names of now',
  C: 'a beginning of what was written since the last sync was kept',
  Z: 'lengths were kept, what was written since the last sync reads as zeros',
  S: 'some pages of what was written since the last sync were kept, others read as zeros',
  E: 'names as they were when anything was synced last, as ext4 keeps them',
  D: 'names as they were when their folder was synced last, which is all that POSIX promises',
} as const;
export type Model = keyof typeof models;
export const modelNames = Object.keys(models) as Model[];

export type FileState = {
  path: string;
  content: Buffer;
  /** Equal versions have equal content. */
  version: string;
  isSynced: boolean;
};
export type State = { folders: string[]; files: FileState[]; signature: string };

/** Lock files have no content and logs are read by nobody: they are left out. */
const unread = /(^|\/)(LOCK|LOG|LOG\.old)$/;

export function stateOf(disk: Disk, model: Model, random: () => number): State {
  const folders: string[] = [];
  const files: FileState[] = [];
  const visit = (folder: DiskFolder, at: string) => {
    for (const [name, node] of namesOf(folder, model)) {
      const path = at + name;
      if (unread.test(path)) continue;
      if (node instanceof DiskFile) files.push({ path, ...contentOf(node, model, random) });
      else {
        folders.push(path);
        visit(node, `${path}/`);
      }
    }
  };
  visit(disk.root, '');
  const parts = [...folders, ...files.map(({ path, version }) => `${path}:${version}`)];
  return { folders, files, signature: parts.sort().join('\n') };
}

/** Writes the state into an empty folder, each file anew: LevelDB writes over tables that its list does not name. */
export function materialise(state: State, folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  for (const path of state.folders) mkdirSync(join(folder, path), { recursive: true, mode: 0o700 });
  for (const { path, content } of state.files) writeFileSync(join(folder, path), content, { mode: 0o600 });
}

function namesOf(folder: DiskFolder, model: Model): Names {
  if (model === 'E') return folder.journaled.names;
  return model === 'D' ? folder.synced.names : folder.names;
}

function contentOf(file: DiskFile, model: Model, random: () => number): Omit<FileState, 'path'> {
  const { version } = file;
  if (file.isSynced || model === 'B' || model === 'E' || model === 'D')
    return { content: file.synced, version, isSynced: true };
  const isSynced = false;
  if (model === 'P') return { content: file.whole(), version: `${file.id}.${file.position}`, isSynced };
  if (model === 'Z') return { content: file.zeros(), version: `${version}z${file.length}`, isSynced };
  const { content, which } = model === 'C' ? file.torn(random) : file.scattered(random);
  return { content, version: `${version}${model}${which}`, isSynced };
}
