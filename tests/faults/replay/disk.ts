/** A folder as the kernel shows it, and what of its names and content would outlive a power cut. */
import { DiskFile } from './disk-file.ts';
import type { DiskEvent, FoundFolder } from './events.ts';

export type Node = DiskFile | DiskFolder;
export type Names = ReadonlyMap<string, Node>;
type Snapshot = { version: number; names: Names };

export class DiskFolder {
  readonly id: number;
  version = 0;
  /** Names changed since it was last synced, or it is new itself. */
  touched = true;
  readonly names = new Map<string, Node>();
  /** What the journal of the file system held when anything was synced last (ext4). */
  journaled: Snapshot = { version: -1, names: new Map() };
  /** What stood in it when it was itself synced last: all that POSIX promises. */
  synced: Snapshot = { version: -1, names: new Map() };

  constructor(id: number) {
    this.id = id;
  }

  changed(): void {
    this.version++;
    this.touched = true;
  }

  snapshot(): Snapshot {
    return { version: this.version, names: new Map(this.names) };
  }
}

type Opened = { node: Node; position: number; append: boolean };
type Syncing = { node: Node; upTo: number; folders: [DiskFolder, Snapshot][] };

export class Disk {
  root = new DiskFolder(0);
  #nextId = 1;
  #folders: DiskFolder[] = [this.root];
  readonly #opened = new Map<number, Opened>();
  readonly #syncing = new Map<string, Syncing>();

  apply(event: DiskEvent): void {
    if (event.kind === 'begin') this.#begin(event.found);
    else if (event.kind === 'open') this.#open(event);
    else if (event.kind === 'write') this.#write(event.fd, event.data, event.at);
    else if (event.kind === 'truncate') this.#file(event.fd).change({ length: event.length });
    else if (event.kind === 'sync-begin') this.#beginSync(event.fd, event.sync);
    else if (event.kind === 'sync-end') this.#endSync(event.sync);
    else if (event.kind === 'mkdir') this.#put(event.path, this.#newFolder());
    else if (event.kind === 'rename') {
      const node = this.#take(event.from);
      node.touched = true;
      this.#put(event.to, node);
    } else if (event.kind === 'link') this.#put(event.to, this.#find(event.from));
    else this.#take(event.path);
  }

  #begin(found: FoundFolder | undefined): void {
    this.#opened.clear();
    this.#syncing.clear();
    if (found === undefined) return;
    this.root = new DiskFolder(this.#nextId++);
    this.#folders = [this.root];
    for (const path of found.folders) this.#put(path, this.#newFolder());
    for (const { path, content } of found.files) {
      const file = new DiskFile(this.#nextId++);
      file.change({ at: 0, data: content });
      file.sync(file.position);
      this.#put(path, file);
    }
    for (const folder of this.#folders) {
      folder.journaled = folder.snapshot();
      folder.synced = folder.snapshot();
      folder.touched = false;
    }
  }

  #open({ fd, path, create, truncate, append }: Extract<DiskEvent, { kind: 'open' }>): void {
    const known = path === '' ? this.root : this.#lookUp(path);
    if (known === undefined && !create) throw new Error(`${path} was opened, but was never made`);
    const node = known ?? new DiskFile(this.#nextId++);
    if (known === undefined) this.#put(path, node);
    if (truncate && node instanceof DiskFile && node.length > 0) node.change({ length: 0 });
    this.#opened.set(fd, { node, position: 0, append });
  }

  #write(fd: number, data: Buffer, at: number | undefined): void {
    const file = this.#file(fd);
    const opened = this.#opened.get(fd)!;
    const start = at ?? (opened.append ? file.length : opened.position);
    file.change({ at: start, data });
    if (at === undefined) opened.position = start + data.length;
  }

  /** What ext4 commits with it is everything that was named so far, unless the file itself has nothing to commit. */
  #beginSync(fd: number, sync: string): void {
    const node = this.#opened.get(fd)?.node;
    if (node === undefined) throw new Error(`descriptor ${fd} was synced, but never opened`);
    const upTo = node instanceof DiskFile ? node.position : 0;
    const concerned = node.touched ? this.#folders : node instanceof DiskFolder ? [node] : [];
    const folders = concerned.map((folder): [DiskFolder, Snapshot] => [folder, folder.snapshot()]);
    this.#syncing.set(sync, { node, upTo, folders });
  }

  #endSync(sync: string): void {
    const { node, upTo, folders } = this.#syncing.get(sync)!;
    this.#syncing.delete(sync);
    for (const [folder, snapshot] of folders) {
      if (snapshot.version > folder.journaled.version) folder.journaled = snapshot;
      if (folder !== node) continue;
      if (snapshot.version > folder.synced.version) folder.synced = snapshot;
      if (snapshot.version === folder.version) folder.touched = false;
    }
    if (node instanceof DiskFile) node.sync(Math.max(upTo, 0));
  }

  #newFolder(): DiskFolder {
    const folder = new DiskFolder(this.#nextId++);
    this.#folders.push(folder);
    return folder;
  }

  #file(fd: number): DiskFile {
    const node = this.#opened.get(fd)?.node;
    if (node instanceof DiskFile) return node;
    throw new Error(`descriptor ${fd} was written, but is no file that was opened`);
  }

  #parent(path: string): { folder: DiskFolder; name: string } {
    const parts = path.split('/');
    const name = parts.pop()!;
    let folder = this.root;
    for (const part of parts) {
      const next = folder.names.get(part);
      if (!(next instanceof DiskFolder)) throw new Error(`${path} is in a folder that was never made`);
      folder = next;
    }
    return { folder, name };
  }

  #lookUp(path: string): Node | undefined {
    const { folder, name } = this.#parent(path);
    return folder.names.get(name);
  }

  #find(path: string): Node {
    const node = this.#lookUp(path);
    if (node === undefined) throw new Error(`${path} was used, but was never made`);
    return node;
  }

  #put(path: string, node: Node): void {
    const { folder, name } = this.#parent(path);
    folder.names.set(name, node);
    folder.changed();
  }

  #take(path: string): Node {
    const node = this.#find(path);
    const { folder, name } = this.#parent(path);
    folder.names.delete(name);
    folder.changed();
    return node;
  }
}
