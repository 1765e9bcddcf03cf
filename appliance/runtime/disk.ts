/**
 * What is used of node:fs/promises, made from the callbacks of node:fs: that module brings the line reader and the history
 * of the command line with it, and node:util's promisify the worker threads, 1 MB each in every process.
 */
import * as fs from 'node:fs';

type Done<T> = (error: Error | null, value?: T) => void;

function promised<T = void>(begin: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    begin((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}

export const chmod = (path: string, mode: number): Promise<void> =>
  promised((done) => fs.chmod(path, mode, done));
export const lstat = (path: string): Promise<fs.Stats> => promised((done) => fs.lstat(path, done));
/** Answers the first folder that was made. */
export const mkdir = (path: string, o: { recursive: true; mode?: number }): Promise<string | undefined> =>
  promised((done) => fs.mkdir(path, o, done));
export const rename = (from: string, to: string): Promise<void> =>
  promised((done) => fs.rename(from, to, done));
export const rm = (path: string, o: { force: boolean }): Promise<void> =>
  promised((done) => fs.rm(path, o, done));
export const readdir = (path: string): Promise<string[]> => promised((done) => fs.readdir(path, done));
/** All of a file at once. */
export const readWhole = (path: string): Promise<Uint8Array> => promised((done) => fs.readFile(path, done));
export const statfs = (path: string): Promise<fs.StatsFs> => promised((done) => fs.statfs(path, done));
export const unlink = (path: string): Promise<void> => promised((done) => fs.unlink(path, done));

export async function open(path: string, flags: string | number, mode?: number): Promise<FileHandle> {
  return new FileHandle(await promised<number>((done) => fs.open(path, flags, mode, done)));
}

/** An open file. Whoever opens it closes it. */
export class FileHandle {
  readonly fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }

  stat(): Promise<fs.Stats> {
    return promised((done) => fs.fstat(this.fd, done));
  }

  chmod(mode: number): Promise<void> {
    return promised((done) => fs.fchmod(this.fd, mode, done));
  }

  chown({ uid, gid }: { uid: number; gid: number }): Promise<void> {
    return promised((done) => fs.fchown(this.fd, uid, gid, done));
  }

  /** Reads from where the last read ended; the answer is how many bytes. */
  read(into: Uint8Array, offset: number, length: number): Promise<number> {
    return promised((done) => fs.read(this.fd, into, offset, length, null, done));
  }

  /** All of it, behind what was written before. */
  writeFile(content: Uint8Array | string): Promise<void> {
    return promised((done) => fs.writeFile(this.fd, content, done));
  }

  sync(): Promise<void> {
    return promised((done) => fs.fsync(this.fd, done));
  }

  close(): Promise<void> {
    return promised((done) => fs.close(this.fd, done));
  }
}
