/** Reads small kernel files again and again: descriptors stay open, every read goes into one reused buffer. */
import fs from 'node:fs';
import path from 'node:path';
import { Scan } from './collectors/scan.ts';

const FIRST_BUFFER = 16 * 1024;
const LARGEST_FILE = 1024 * 1024;
/** The kernel fills a page with whole records; what leaves room for many more has no more. */
const SHORT_READ = 2_048;

/**
 * A tree of kernel files (/proc or /sys, or a recorded one). What cannot be read is `undefined`: a missing file,
 * a device that went away, a driver that answers with an error. Nothing here throws.
 */
export class Files {
  readonly root: string;
  readonly #open = new Map<string, number>();
  #procfs: boolean | undefined;
  // Not a Buffer: its indexOf would leave V8.
  #buffer = new Uint8Array(FIRST_BUFFER);
  readonly #scan = new Scan();
  readonly #texts = new Map<string, { bytes: Buffer; text: string }>();

  constructor(root: string) {
    this.root = root;
  }

  /** A /proc file with a short record a line: it comes a page at a time. Until the next read. */
  lines(name: string): Scan | undefined {
    const length = this.#read(name, SHORT_READ);
    return length === undefined ? undefined : this.#scan.restart(this.#buffer, length);
  }

  /** A file that comes in one call: a /sys attribute, or one record of /proc (stat, meminfo). Until the next read. */
  record(name: string): Scan | undefined {
    const length = this.#read(name);
    return length === undefined ? undefined : this.#scan.restart(this.#buffer, length);
  }

  /** The whole text of a file with a record a line; the same string as long as the file has the same bytes. */
  text(name: string): string | undefined {
    const length = this.#read(name, 1);
    if (length === undefined) return undefined;
    const now = Buffer.from(this.#buffer.buffer, 0, length);
    const before = this.#texts.get(name);
    if (before?.bytes.equals(now)) return before.text;
    const text = now.toString('latin1');
    this.#texts.set(name, { bytes: Buffer.from(now), text });
    return text;
  }

  /** The value of a /sys attribute, trimmed. The kernel answers an attribute in one call. */
  value(name: string): string | undefined {
    const length = this.#read(name);
    if (length === undefined) return undefined;
    return Buffer.from(this.#buffer.buffer, 0, length).toString('latin1').trim();
  }

  /** The integer that is all of a /sys attribute. */
  integer(name: string): number | undefined {
    const scan = this.record(name);
    if (!scan?.line()) return undefined;
    const sign = scan.take('-') ? -1 : 1;
    const value = scan.integer();
    return value === undefined || !scan.done ? undefined : sign * value;
  }

  /** Names in a folder, in no order; empty when there is none. */
  list(name: string): string[] {
    try {
      return fs.readdirSync(path.join(this.root, name));
    } catch {
      return []; // no such folder: this machine has nothing of the kind
    }
  }

  /** How many links a folder has. */
  links(name: string): number | undefined {
    let fd: number | undefined;
    try {
      fd = this.#descriptor(name);
      return fs.fstatSync(fd).nlink;
    } catch {
      if (fd !== undefined) this.#close(name, fd);
      return undefined; // no such folder
    }
  }

  /** Is this the kernel's own /proc, not a recorded one? */
  isProcfs(): boolean {
    this.#procfs ??= isProcfs(this.root);
    return this.#procfs;
  }

  /** Gives back the descriptors below a folder whose device is no longer looked at. */
  release(folder: string): void {
    for (const [name, fd] of this.#open) {
      if (name === folder || name.startsWith(`${folder}/`)) this.#close(name, fd);
    }
  }

  close(): void {
    for (const [name, fd] of this.#open) this.#close(name, fd);
  }

  /** For tests: how many descriptors are held. */
  get held(): number {
    return this.#open.size;
  }

  /** Reads into the buffer until less than `least` bytes come at once; the answer is how many bytes. */
  #read(name: string, least = Number.POSITIVE_INFINITY): number | undefined {
    let fd: number | undefined;
    try {
      fd = this.#descriptor(name);
      let length = 0;
      for (;;) {
        if (length === this.#buffer.length && !this.#grow(length)) return undefined;
        const got = fs.readSync(fd, this.#buffer, length, this.#buffer.length - length, length);
        length += got;
        if (got < least && (got === 0 || length < this.#buffer.length)) break;
      }
      return length;
    } catch {
      // Absence is an answer here. The descriptor of a device that went away stays dead: open anew next time.
      if (fd !== undefined) this.#close(name, fd);
      return undefined;
    }
  }

  #descriptor(name: string): number {
    const open = this.#open.get(name);
    if (open !== undefined) return open;
    const fd = fs.openSync(path.join(this.root, name), 'r');
    this.#open.set(name, fd);
    return fd;
  }

  #grow(used: number): boolean {
    if (used >= LARGEST_FILE) return false;
    const larger = new Uint8Array(this.#buffer.length * 2);
    larger.set(this.#buffer.subarray(0, used));
    this.#buffer = larger;
    return true;
  }

  #close(name: string, fd: number): void {
    this.#open.delete(name);
    try {
      fs.closeSync(fd);
    } catch {
      // already closed by the kernel with its device: nothing is held any more
    }
  }
}

/** PROC_SUPER_MAGIC of statfs(2). */
const PROCFS = 0x9fa0;

function isProcfs(root: string): boolean {
  try {
    return fs.statfsSync(root).type === PROCFS;
  } catch {
    return false; // nothing there, so nothing of the kernel's
  }
}
