/** The enrolment token that came beside the installer: shown to the trusted box and to nobody else, gone once it has served. */
import { rm } from '../appliance/runtime/disk.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import { type Log, limited } from '../appliance/runtime/log.ts';
import { readOwn } from './owned.ts';

const LARGEST = 256;

export class Token {
  readonly #file: string;
  readonly #log: Log;

  constructor(o: { file: string; log: Log }) {
    this.#file = o.file;
    this.#log = limited(o.log, 600_000);
  }

  /** Undefined when there is none, or none that only its owner could have written and read. */
  async read(): Promise<string | undefined> {
    try {
      const bytes = await readOwn(this.#file, { maxBytes: LARGEST, maxMode: 0o600 });
      const token = bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1').trim();
      if (token === undefined || /^[0-9a-f]{32}$/.test(token)) return token;
      this.#log.error('the enrolment token is no token', { file: this.#file });
    } catch (error) {
      this.#log.error('the enrolment token is not usable', { file: this.#file, error: messageOf(error) });
    }
    return undefined;
  }

  async forget(): Promise<void> {
    try {
      await rm(this.#file, { force: true });
    } catch (error) {
      this.#log.warn('the enrolment token could not be removed: remove it', {
        file: this.#file,
        error: messageOf(error),
      });
    }
  }
}
