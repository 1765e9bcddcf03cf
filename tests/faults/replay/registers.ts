/** Values that are given to paths of the store one after the other, several paths at once, with a ledger of their own. */
import { randomBytes } from 'node:crypto';
import type { StoreClient } from '../../../appliance/store/client/client.ts';

/** Path to its values in order; null stands for a removal. */
export type Registers = Record<string, (string | null)[]>;

/** Large and random, so that LevelDB begins new logs and compacts tables within seconds. */
const valueBytes = 36 * 1024;
export const keys = 6;

export class RegisterWriter {
  readonly registers: Registers = {};
  readonly #client: StoreClient;
  readonly #running = new Map<string, Promise<void>>();
  readonly #unanswered = new Set<string>();
  #turn = 0;

  constructor(client: StoreClient) {
    this.#client = client;
  }

  /** The next path's next value, unless it is still being given the one before. */
  begin(): void {
    const turn = this.#turn++;
    const path = pathOf(turn);
    if (this.#running.has(path)) return;
    const running = this.#give(path, turn).finally(() => this.#running.delete(path));
    this.#running.set(path, running);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** What was not answered is given again, so that the nth good answer stands for the nth value. */
  async #give(path: string, turn: number): Promise<void> {
    this.registers[path] ??= [];
    const values = this.registers[path];
    if (!this.#unanswered.has(path)) values.push(newValue(path, turn));
    this.#unanswered.add(path);
    try {
      await this.#call(path, values.at(-1)!);
      this.#unanswered.delete(path);
    } catch (error) {
      // The store was ended on purpose; its next life gets the value again.
      if (!(error instanceof Error)) throw error;
    }
  }

  async #call(path: string, value: string | null): Promise<void> {
    const [, , kind, first, second] = path.split('/');
    if (kind === 'journal') {
      const text = { en: value!, fr: value! };
      await this.#client.note({ kind: 'ledger', who: 'ledger', role: 'test', from: 'test', text });
    } else if (kind === 'machines') await this.#client.updateMachine(Number(first), { name: value! });
    else if (kind === 'settings') await this.#client.putSetting(first!, value);
    else if (value === null) await this.#client.deleteRecord(first!, second!);
    else await this.#client.putRecord(first!, second!, value);
  }
}

function pathOf(turn: number): string {
  if (turn % 7 === 3) return '/v1/journal';
  if (turn % 7 === 5) return '/v1/machines/1';
  if (turn % 7 === 6) return '/v1/settings/ledger';
  return `/v1/records/ledger/key-${turn % keys}`;
}

function newValue(path: string, turn: number): string | null {
  const small = `value ${turn}`;
  if (!path.startsWith('/v1/records')) return small;
  return turn % 11 === 10 ? null : `${small} ${randomBytes(valueBytes / 2).toString('hex')}`;
}
