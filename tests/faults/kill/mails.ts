/**
 * A mail server that the watch tells everything to, outside of what is killed. Whatever was to be told arrives; it arrives twice
 * only when the watch was killed between the server's word and its own, and then as the same message.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStoreClient, type StoreClient } from '../../../appliance/store/client/client.ts';
import type { Delivery } from '../../../appliance/watch/client/channels.ts';
import { createWatchClient, type WatchClient } from '../../../appliance/watch/client/client.ts';
import type { Incident } from '../../../appliance/watch/client/types.ts';
import { eventually } from '../../helpers/eventually.ts';
import { MailServer } from '../../helpers/mail-server.ts';
import type { Tally } from './tally.ts';
import type { Place } from './watchers.ts';

const by = { who: 'ledger', role: 'admin', from: 'test' };
/** Steps of the dialogue at which somebody waits to kill. */
export const mailMoments = ['greeting', 'mail', 'rcpt', 'data', 'accepted', 'answered'] as const;
export type MailMoment = (typeof mailMoments)[number];

const longestWaitMs = 10_000;
const longestTellMs = 180_000;
const mostDelayMs = 30;

export class Mails {
  readonly during = new Map<MailMoment, number>();
  readonly #server: MailServer;
  readonly #undo: (() => Promise<void>)[];
  readonly #store: StoreClient;
  readonly #watch: WatchClient;
  readonly #random: () => number;
  /** By its Message-ID: how often the watch was killed after the server had it, and before that was on disk. */
  readonly #mayComeAgain = new Map<string, number>();

  private constructor(box: Place, server: MailServer, undo: (() => Promise<void>)[], random: () => number) {
    const runDir = join(box.home, 'run');
    this.#server = server;
    this.#undo = undo;
    this.#random = random;
    this.#store = createStoreClient({ runDir, as: 'watch' });
    this.#watch = createWatchClient({ runDir, as: 'console' });
  }

  static async open(box: Place, random: () => number): Promise<Mails> {
    const undo: (() => Promise<void>)[] = [];
    const fixture = { after: (work: () => Promise<void>) => void undo.push(work) };
    return new Mails(box, await MailServer.open(fixture, { plain: true }), undo, random);
  }

  /** Before there is anything to tell. */
  async prepare(): Promise<void> {
    const options = { host: 'localhost', port: this.#server.port, security: 'none' };
    await this.#watch.createChannel(
      {
        ...{ kind: 'mail', name: 'ledger', enabled: true, language: 'en', zone: 'UTC', digestAt: null },
        ...{ takes: { least: 'low', groups: [] } },
        options: { ...options, from: 'box@school.example', to: ['anne@school.example'] },
      },
      by,
    );
  }

  /** Resolves in the middle of a dialogue, if there is one soon. */
  async moment(): Promise<void> {
    const wanted = mailMoments[Math.floor(this.#random() * mailMoments.length)]!;
    const tooLong = new AbortController();
    const there = new Promise<boolean>((resolve) => {
      this.#server.onStep = (step) => {
        if (step === wanted) resolve(true);
      };
    });
    const never = sleep(longestWaitMs, false, { signal: tooLong.signal }).catch(() => false);
    const isThere = await Promise.race([there, never]);
    this.#server.onStep = null;
    tooLong.abort();
    if (!isThere) return;
    this.during.set(wanted, (this.during.get(wanted) ?? 0) + 1);
    // What follows the server's word is the writing of it.
    if (wanted === 'answered') await sleep(this.#random() * mostDelayMs);
  }

  /** Just after a kill, before the next life can tell anything. */
  async killed(): Promise<void> {
    // What the dead process had asked for is on disk before this is answered.
    await this.#store.writeRecords([{ namespace: 'watch.incidents', key: 'none', delete: true }]);
    const arrived = this.#arrived();
    for (const { messageId } of await this.#deliveries('wait/'))
      if (arrived.has(messageId))
        this.#mayComeAgain.set(messageId, (this.#mayComeAgain.get(messageId) ?? 0) + 1);
  }

  /** Nothing new is to be told, and everything is told in the end. */
  async finish(tally: Tally): Promise<void> {
    const isTold = async () => {
      const occasions = await this.#store.records('watch.occasions');
      return occasions.length === 0 && (await this.#deliveries('wait/')).length === 0;
    };
    await eventually('everything is told', isTold, { withinMs: longestTellMs });
    const arrived = this.#arrived();
    const done = await this.#deliveries('done/');
    tally.compared += done.length;
    for (const { messageId, state, words } of done) {
      const times = arrived.get(messageId) ?? 0;
      const allowed = 1 + (this.#mayComeAgain.get(messageId) ?? 0);
      arrived.delete(messageId);
      if (state !== 'sent') {
        tally.wrong++;
        tally.note(`a message is ${state}: ${words}`);
      } else if (times === 0) {
        tally.lost++;
        tally.note(`message ${messageId} is said to have been sent and never arrived`);
      } else if (times > allowed) {
        tally.doubled += times - allowed;
        tally.note(`message ${messageId} arrived ${times} times, ${allowed} can be`);
      }
    }
    tally.wrong += arrived.size;
    for (const id of arrived.keys()) tally.note(`message ${id} arrived and is in no record`);
    await this.#compareIncidents(tally, done);
  }

  get said(): string {
    const during = [...this.during].map(([moment, times]) => `${moment} ${times}`).join(', ');
    return `${this.#server.arrived.length} mails, ${this.#mayComeAgain.size} of them between the two words; ${during}`;
  }

  async close(): Promise<void> {
    this.#store.close();
    this.#watch.close();
    for (const undo of this.#undo) await undo();
  }

  /** Each time that an incident was told is one line in one message. */
  async #compareIncidents(tally: Tally, done: readonly Delivery[]): Promise<void> {
    const told = new Map<number, number>();
    for (const { items } of done)
      for (const { incident } of items) told.set(incident, (told.get(incident) ?? 0) + 1);
    const incidents = (await this.#store.records('watch.incidents')).map(({ value }) => value as Incident);
    for (const { id, timesTold } of incidents) {
      const times = told.get(id) ?? 0;
      tally.compared++;
      tally.lost += Math.max(0, timesTold - times);
      tally.doubled += Math.max(0, times - timesTold);
      if (times !== timesTold)
        tally.note(`incident ${id} was to be told ${timesTold} times and was ${times}`);
    }
  }

  async #deliveries(prefix: string): Promise<Delivery[]> {
    return (await this.#store.records('watch.deliveries', { prefix })).map(({ value }) => value as Delivery);
  }

  /** How often each message arrived. */
  #arrived(): Map<string, number> {
    const times = new Map<string, number>();
    for (const { raw } of this.#server.arrived) {
      const id = /^Message-ID: <([^@]*)@/m.exec(raw)?.[1] ?? 'none';
      times.set(id, (times.get(id) ?? 0) + 1);
    }
    return times;
  }
}
