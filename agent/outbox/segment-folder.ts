/** The folder in which segments lie: their names, and what can go wrong with a file. */
import { dirname, join } from 'node:path';
import { mkdir, readdir, readWhole, unlink } from '../../appliance/runtime/disk.ts';
import { messageOf, systemCodeOf } from '../../appliance/runtime/errors.ts';
import { syncFolder } from '../../appliance/runtime/files.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import { SegmentContent } from './segment-content.ts';

const namePattern = /^\d{10}\.seg$/;

export class SegmentFolder {
  readonly #path: string;
  readonly #log: Log;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  async make(): Promise<void> {
    const made = await mkdir(this.#path, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncFolder(dirname(made));
  }

  /** In the order in which they were begun. */
  async names(): Promise<string[]> {
    return (await readdir(this.#path)).filter((name) => namePattern.test(name)).sort();
  }

  path(name: string): string {
    return join(this.#path, name);
  }

  pathOf(number: number): string {
    return this.path(`${String(number).padStart(10, '0')}.seg`);
  }

  /** A new name lasts from here on. */
  sync(): Promise<void> {
    return syncFolder(this.#path);
  }

  /** Undefined when the disk does not give it: another time it may. */
  async read(path: string): Promise<(SegmentContent & { bytes: number }) | undefined> {
    try {
      const bytes = await readWhole(path);
      return Object.assign(new SegmentContent(bytes), { bytes: bytes.length });
    } catch (error) {
      this.#log.error('a segment of the outbox cannot be read now', { path, error: messageOf(error) });
      return undefined;
    }
  }

  /** What stays is sent again by the next run, which does no harm. */
  async remove(path: string): Promise<void> {
    try {
      await unlink(path);
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return;
      this.#log.warn('a segment of the outbox cannot be deleted', { path, error: messageOf(error) });
    }
  }

  /** The last one may have been begun just when the power was cut: then nothing in it was promised. */
  async giveUp(path: string, last: boolean): Promise<void> {
    const tell = last ? this.#log.warn : this.#log.error;
    tell('a segment of the outbox is given up: its head cannot be read', { path });
    await this.remove(path);
  }
}
