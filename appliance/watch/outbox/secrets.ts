/** The passwords of channels: in one file that only the watch can read, beside no record, in no backup of the store. */
import { join } from 'node:path';
import { Failure, messageOf } from '../../runtime/errors.ts';
import { readOwned, writeFileSafely } from '../../runtime/files.ts';
import type { Log } from '../../runtime/log.ts';

export type SecretValues = Readonly<Record<string, string>>;

const maxBytes = 1024 * 1024;

export class Secrets {
  readonly #path: string;
  readonly #log: Log;
  readonly #all = new Map<string, SecretValues>();

  constructor(o: { stateDir: string; log: Log }) {
    this.#log = o.log;
    this.#path = join(o.stateDir, 'secrets.json');
  }

  async load(): Promise<void> {
    this.#all.clear();
    let read: unknown;
    try {
      const bytes = await readOwned(this.#path, { maxBytes, maxMode: 0o600 });
      read = JSON.parse(Buffer.from(bytes).toString('utf8'));
    } catch (error) {
      if (error instanceof Failure && error.code === 'NOT_FOUND') return;
      // Machines are watched without it; channels say themselves what they lack.
      this.#log.error('the passwords of channels cannot be read: type them again', {
        error: messageOf(error),
      });
      return;
    }
    for (const [channel, values] of Object.entries(read as Record<string, SecretValues>))
      this.#all.set(channel, values);
  }

  of(channel: string): SecretValues {
    return this.#all.get(channel) ?? {};
  }

  async put(channel: string, values: SecretValues): Promise<void> {
    await this.#write(channel, Object.keys(values).length === 0 ? null : values);
  }

  async remove(channel: string): Promise<void> {
    await this.#write(channel, null);
  }

  async #write(channel: string, values: SecretValues | null): Promise<void> {
    const next = new Map(this.#all);
    if (values === null && !next.delete(channel)) return;
    if (values !== null) next.set(channel, values);
    await writeFileSafely(this.#path, JSON.stringify(Object.fromEntries(next)), { mode: 0o600 });
    this.#all.clear();
    for (const [id, kept] of next) this.#all.set(id, kept);
  }
}
