/** Whoever writes records, settings, names, machines and the journal: each answered write has to be there, once. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStoreClient, type StoreClient } from '../../../appliance/store/client/client.ts';
import type { JournalEntry } from '../../../appliance/store/client/types.ts';
import type { Tally } from './tally.ts';

const actor = { who: 'ledger', role: 'test', from: 'test' };
const betweenMs = 15;
/** What is being written just now cannot be removed yet. */
const settledAfterMs = 500;
/** Random, so that LevelDB has tables to write and to merge. */
const largeBytes = 60 * 1024;
const namespaces = ['users', 'sessions'] as const;
const keysEach = 3;

/** One value that is written again and again: the last that was answered, or one that was tried since. */
class Register {
  possible: (string | null)[] = [null];
  readonly #write: (value: string) => Promise<unknown>;
  readonly read: () => Promise<unknown>;

  constructor(o: { write(value: string): Promise<unknown>; read(): Promise<unknown> }) {
    this.#write = o.write;
    this.read = o.read;
  }

  async write(value: string): Promise<void> {
    this.possible.push(value);
    await this.#write(value);
    this.possible = [value];
  }

  async check(tally: Tally, name: string): Promise<void> {
    const found = (await this.read()) as string | null;
    tally.compared++;
    if (this.possible.includes(found)) this.possible = [found];
    else {
      tally.lost++;
      tally.note(
        `${name} holds ${found?.slice(0, 20)}, not ${this.possible.map((one) => one?.slice(0, 20))}`,
      );
    }
  }
}

export class RecordLedger {
  readonly #ingest: StoreClient;
  readonly #web: StoreClient;
  readonly #console: StoreClient;
  readonly #registers = new Map<string, Register>();
  /** Answered notes by id. */
  readonly #notes = new Map<number, JournalEntry>();
  readonly #admitted = new Map<string, number>();
  #triedKey: string | null = null;
  /** Older entries may be gone, by a cleanup that was asked for; those up to this id have to be. */
  #cleanedBeforeMs = 0;
  #goneUpTo = 0;
  #turn = 0;
  #checkedNote = 0;

  constructor(runDir: string) {
    this.#ingest = createStoreClient({ runDir, as: 'ingest' });
    this.#web = createStoreClient({ runDir, as: 'web' });
    this.#console = createStoreClient({ runDir, as: 'console' });
    const [web, box] = [this.#web, this.#console];
    const add = (name: string, write: (value: string) => Promise<unknown>, read: () => Promise<unknown>) =>
      this.#registers.set(name, new Register({ write, read }));
    for (const namespace of namespaces)
      for (let key = 0; key < keysEach; key++)
        add(
          `${namespace} ${key}`,
          (value) => web.putRecord(namespace, `key-${key}`, value),
          () => web.record(namespace, `key-${key}`),
        );
    add(
      'setting',
      (value) => box.putSetting('ledger', value),
      () => box.setting('ledger'),
    );
  }

  /** One after the other, until the store goes away. */
  async write(signal: AbortSignal): Promise<void> {
    const registers = [...this.#registers.values()];
    while (!signal.aborted) {
      const turn = this.#turn++;
      await registers[turn % registers.length]!.write(`value ${turn}`);
      await this.#note(`note ${turn}`);
      if (turn % 8 === 0) await this.#admit();
      await sleep(betweenMs);
    }
  }

  /** Much at once, so that LevelDB begins new tables. */
  async writeMuch(signal: AbortSignal): Promise<void> {
    const registers = [...this.#registers.values()].slice(0, -1);
    await Promise.all(
      registers.map(async (register) => {
        while (!signal.aborted) {
          const value = randomBytes(largeBytes / 2).toString('hex');
          await register.write(`value ${this.#turn++} ${value}`);
        }
      }),
    );
  }

  async cleanUp(): Promise<void> {
    const beforeMs = Date.now() - settledAfterMs;
    this.#cleanedBeforeMs = Math.max(this.#cleanedBeforeMs, beforeMs);
    const { lastId } = await this.#console.cleanUpJournal({ ...actor, beforeMs, preview: false });
    this.#goneUpTo = Math.max(this.#goneUpTo, lastId ?? 0);
  }

  async backup(): Promise<void> {
    for await (const _ of this.#console.backup({ ...actor, passphrase: null }));
  }

  /** What was written since the last check; `all` looks at the whole journal and its chain. */
  async check(tally: Tally, all = false): Promise<void> {
    for (const [name, register] of this.#registers) await register.check(tally, name);
    await this.#checkMachines(tally);
    await this.#checkJournal(tally, all ? 0 : this.#checkedNote);
    this.#checkedNote = Math.max(this.#checkedNote, ...this.#notes.keys());
    if (!all) return;
    const { broken } = await this.#console.verifyJournal();
    if (broken === null) return;
    tally.wrong++;
    tally.note(`the chain of the journal does not hold at ${broken}`);
  }

  get kept(): { notes: number; machines: number } {
    return { notes: this.#notes.size, machines: this.#admitted.size };
  }

  close(): void {
    for (const client of [this.#ingest, this.#web, this.#console]) client.close();
  }

  async #note(text: string): Promise<void> {
    const entry = await this.#console.note({ ...actor, kind: 'ledger', text: { en: text, fr: text } });
    this.#notes.set(entry.id, entry);
  }

  /** A key that was tried without an answer is tried again: it must not become two machines. */
  async #admit(): Promise<void> {
    const key = this.#triedKey ?? randomBytes(32).toString('hex');
    this.#triedKey = key;
    const { machine } = await this.#ingest.admit({ key, name: key.slice(0, 8), by: 'ledger', local: false });
    this.#admitted.set(key, machine);
    this.#triedKey = null;
  }

  async #checkMachines(tally: Tally): Promise<void> {
    const machines = await this.#console.machines();
    const numbers = new Map(machines.map(({ key, machine }) => [key, machine]));
    const ids = new Set(machines.map(({ machine }) => machine));
    if (numbers.size !== machines.length || ids.size !== machines.length) tally.doubled++;
    tally.compared += this.#admitted.size;
    for (const [key, machine] of this.#admitted) {
      if (numbers.get(key) === machine) continue;
      tally.lost++;
      tally.note(`machine ${machine} was admitted, its key is ${numbers.get(key)} now`);
    }
  }

  async #checkJournal(tally: Tally, after: number): Promise<void> {
    const found = new Map<number, JournalEntry>();
    const texts = new Set<string>();
    for (let before: number | null | undefined; before !== null; ) {
      const page = await this.#console.journalPage({ limit: 1000, ...(before ? { before } : {}) });
      for (const entry of page.entries) {
        const isNew = !found.has(entry.id) && (entry.kind !== 'ledger' || !texts.has(entry.text.en));
        if (!isNew) tally.doubled++;
        found.set(entry.id, entry);
        texts.add(entry.text.en);
        if (entry.kind !== 'store.damaged') continue;
        tally.wrong++;
        tally.note(`a kill damages nothing, but the journal says: ${entry.text.en}`);
      }
      before = page.more !== null && page.more > after ? page.more : null;
    }
    for (const id of found.keys()) {
      if (id > this.#goneUpTo || id <= after) continue;
      tally.wrong++;
      tally.note(`entry ${id} of the journal was removed and is back`);
    }
    for (const [id, entry] of this.#notes) {
      if (id <= after || entry.atMs < this.#cleanedBeforeMs) continue;
      tally.compared++;
      if (found.get(id)?.hash === entry.hash) continue;
      tally.lost++;
      tally.note(`entry ${id} of the journal is ${found.get(id)?.text.en}, not ${entry.text.en}`);
    }
  }
}
