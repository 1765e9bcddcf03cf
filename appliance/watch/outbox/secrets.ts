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
    let read: unknown;
    try {
      const bytes = await readOwned(this.#path, { maxBytes, maxMode: 0o600 });
      read = JSON.parse(Buffer.from(bytes).toString('utf8'));
    } catch (error) {
      this.#all.clear();
      if (error instanceof Failure && error.code === 'NOT_FOUND') return;
      // Machines are watched without it; channels say themselves what they lack.
      this.#log.error('the passwords of channels cannot be read: type them again', {
        error: messageOf(error),
      });
      return;
    }
    this.#hold(Object.entries(read as Record<string, SecretValues>));
  }

  /** Of a channel as it goes to this place; of before there were places, by the channel alone. */
  of(channel: string, place: string): SecretValues {
    return this.#all.get(keyOf(channel, place)) ?? this.#all.get(channel) ?? {};
  }

  /** Beside those for other places, until it is certain where the channel goes. */
  async put(channel: string, place: string, values: SecretValues): Promise<void> {
    const next = new Map(this.#all);
    if (Object.keys(values).length === 0) next.delete(keyOf(channel, place));
    else next.set(keyOf(channel, place), values);
    await this.#write(next);
  }

  /** Forgets those for all places but this; null: for all. */
  async keepOnly(channel: string, place: string | null): Promise<void> {
    const kept = place === null ? null : keyOf(channel, place);
    const isOther = (key: string) => key !== kept && (key === channel || key.startsWith(`${channel}.`));
    await this.#write(new Map([...this.#all].filter(([key]) => !isOther(key))));
  }

  async #write(next: ReadonlyMap<string, SecretValues>): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(next));
    if (text === JSON.stringify(Object.fromEntries(this.#all))) return;
    await writeFileSafely(this.#path, text, { mode: 0o600 });
    this.#hold(next);
  }

  #hold(all: Iterable<readonly [string, SecretValues]>): void {
    const next = [...all];
    this.#all.clear();
    for (const [key, values] of next) this.#all.set(key, values);
  }
}

const keyOf = (channel: string, place: string) => `${channel}.${place}`;
