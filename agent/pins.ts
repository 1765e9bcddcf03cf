/** The one box whose key this machine trusts, and who said so. Nothing that a box says about itself counts. */
import { dirname } from 'node:path';
import { object, parseJson, text } from '../appliance/protocol/check.ts';
import { checkKeyHash } from '../appliance/protocol/identity.ts';
import { rm } from '../appliance/runtime/disk.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import { syncFolder, writeFileSafely } from '../appliance/runtime/files.ts';
import { type Log, limited } from '../appliance/runtime/log.ts';
import { readDoorFile } from './door-file.ts';
import { readOwn } from './owned.ts';

/** typed: in the configuration. door-file: from ingest of the same machine. person: a yes to the same digits. */
export type PinSource = 'typed' | 'door-file' | 'person';
export type Pin = { hash: string; source: PinSource };

const LARGEST = 4096;
const checkSaved = object({ hash: checkKeyHash, box: text({ max: 253 }) });

export type PinOptions = {
  /** `box_hash` of the configuration, or ''. */
  typed: string;
  /** Path of door.json, or ''. */
  doorFile: string;
  /** Where a person's yes is kept. */
  savedFile: string;
  log: Log;
};

/** The first source that has an answer decides: what was typed, then door.json, then what a person said. */
export class Pins {
  readonly #o: PinOptions;
  readonly #log: Log;

  constructor(options: PinOptions) {
    this.#o = options;
    this.#log = limited(options.log, 600_000);
  }

  async current(): Promise<Pin | undefined> {
    if (this.#o.typed !== '') return { hash: this.#o.typed, source: 'typed' };
    if (this.#o.doorFile !== '') {
      const door = await this.#read(this.#o.doorFile, readDoorFile);
      // A machine that was given a door file trusts that box or none.
      return door === undefined ? undefined : { hash: door.hash, source: 'door-file' };
    }
    const saved = await this.#read(this.#o.savedFile, readSaved);
    return saved === undefined ? undefined : { hash: saved.hash, source: 'person' };
  }

  /** On disk before it counts: a yes must not have to be given twice. */
  async save(hash: string, box: string): Promise<void> {
    const body = Buffer.from(`${JSON.stringify({ hash, box })}\n`, 'utf8');
    await writeFileSafely(this.#o.savedFile, body, { mode: 0o600 });
  }

  /** Takes a person's yes back; a power cut right behind it does not give it again. */
  async forget(): Promise<void> {
    await rm(this.#o.savedFile, { force: true });
    await syncFolder(dirname(this.#o.savedFile));
  }

  async #read<T>(file: string, read: (file: string) => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await read(file);
    } catch (error) {
      this.#log.error('a file that names the trusted box is not usable', { file, error: messageOf(error) });
      return undefined;
    }
  }
}

async function readSaved(file: string): Promise<{ hash: string; box: string } | undefined> {
  const found = await readOwn(file, { maxBytes: LARGEST, maxMode: 0o600 });
  return found === undefined ? undefined : checkSaved(parseJson(found));
}
