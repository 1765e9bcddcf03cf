/** One conversation with one box, from hello to goodbye. Samples flow only when both are so: admitted, and trusted. */
import type { Body, Message, Welcome } from '../appliance/protocol/messages.ts';
import { protocolVersion } from '../appliance/protocol/messages.ts';
import type { Assignment } from '../appliance/protocol/probes/exchange.ts';
import type { Clock } from '../appliance/runtime/clock.ts';
import { Failure, messageOf } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import { version } from '../appliance/runtime/version.ts';
import type { Connection } from './connection.ts';
import { type DrawPace, Pairing } from './pairing.ts';
import { Sender } from './sender.ts';
import type { Speaker } from './speaker.ts';
import { Telling } from './telling.ts';

export type SessionOptions = {
  connection: Connection;
  speaker: Speaker;
  /** Does the machine trust this box already? */
  trusted: boolean;
  /** The rung of the ladder that found the box, told to the box once admitted; undefined when it is no news. */
  foundBy?: string;
  /** Shown to a trusted box only. */
  token?: string;
  /** How often the boxes of this network may draw digits. */
  pace: DrawPace;
  /** Whether this box's digits are wanted: a person may have chosen another one. */
  listens(): boolean;
  /** Keeps a person's yes. */
  trust(box: string): Promise<void>;
  changed(): void;
  clock: Clock;
  log: Log;
};

export type End = { reason: string; retryMs?: number; admitted: boolean };
export type Phase = 'greeting' | 'waiting' | 'untrusted' | 'sending';

type Handlers = { [M in Message as M['kind']]?: (body: M['body']) => void };

/** Kept by the protocol for orders; nothing here carries one out. */
const ORDER = 11;

export class Session {
  readonly ended: Promise<End>;
  readonly #o: SessionOptions;
  readonly #pairing: Pairing;
  readonly #handlers: Handlers;
  #welcome: Welcome | undefined;
  /** Types of messages, each told once. */
  readonly #passedOver = new Set<number>();
  #machine: number | undefined;
  #trusted: boolean;
  #sender: Sender | undefined;
  #retryMs: number | undefined;
  #telling: Telling | undefined;
  #assigned: readonly Assignment[] | undefined;

  constructor(options: SessionOptions) {
    this.#o = options;
    this.#trusted = options.trusted;
    const { connection, speaker, pace } = options;
    this.#pairing = new Pairing({ boxHash: connection.peerHash, agentHash: speaker.hash, pace });
    this.#handlers = {
      welcome: (body) => this.#welcomed(body),
      admitted: ({ machine }) => this.#admitted(machine),
      ack: (ack) => this.#acknowledged(ack),
      error: (body) => this.#refused(`${body.code}: ${body.message}`, body.retryMs),
      refused: ({ retryMs }) => this.#refused('a person refused this machine', retryMs),
      pairCommit: ({ commit }) => {
        if (options.listens()) this.#pair(this.#pairing.committed(commit));
      },
      pairReveal: ({ nonce }) => this.#pair(this.#pairing.revealed(nonce)),
      pairEnd: () => this.#unpair(),
      notice: ({ text }) => {
        if (this.#sender !== undefined) speaker.notice(text);
      },
      probeAssignments: ({ probes }) => this.#assign(probes),
      processesWanted: ({ id }) => void this.#tellProcesses(id),
      neighboursWanted: (body) => {
        if (this.#sender !== undefined) speaker.neighbours.wanted(body);
      },
    };
    this.ended = new Promise((resolve) => {
      connection.greet({
        message: (message) => this.#heard(message),
        closed: (reason) => {
          if (this.#sender !== undefined) {
            speaker.outbox.answering = false;
            speaker.neighbours.rest();
          }
          this.#sender?.stop();
          resolve({ reason, admitted: this.#machine !== undefined, ...this.#retry() });
        },
        drain: () => this.#sender?.live(),
        passedOver: (type) => this.#passOver(type),
        clock: () => this.#clockPair(),
      });
    });
    this.#hello();
  }

  get phase(): Phase {
    if (this.#sender !== undefined) return 'sending';
    if (this.#machine !== undefined) return 'untrusted';
    return this.#welcome === undefined ? 'greeting' : 'waiting';
  }

  get box(): { name: string; version: string; hash: string; address: string } {
    const { peerHash, address } = this.#o.connection;
    return { name: this.#welcome?.box ?? '', version: this.#welcome?.version ?? '', hash: peerHash, address };
  }

  get machine(): number | undefined {
    return this.#machine;
  }

  get digits(): string | undefined {
    return this.#pairing.digits;
  }

  get trusted(): boolean {
    return this.#trusted;
  }

  /** A tick was measured. */
  tick(): void {
    this.#sender?.live();
    this.#telling?.news();
  }

  /** What the person at this machine said of the digits that were shown. */
  async answer(shown: string, same: boolean): Promise<void> {
    if (this.#pairing.digits === undefined || this.#pairing.digits !== shown) {
      throw new Failure('CONFLICT', 'these digits no longer count: compare the ones that are shown now');
    }
    if (same) {
      await this.#o.trust(this.#welcome?.box ?? '');
      this.#trusted = true;
    }
    this.#o.connection.send('pairAnswer', { same });
    if (!same) this.#pairing.end();
    this.#sendIfAllowed();
    this.#o.changed();
  }

  async goodbye(reason: Body<'goodbye'>['reason']): Promise<void> {
    this.#o.connection.send('goodbye', { reason });
    await this.#o.connection.finish('we said goodbye');
  }

  /** Ends without a goodbye: the machine goes on, it only does not want this box now. */
  leave(reason: string): void {
    this.#o.connection.close(reason);
  }

  #clockPair(): { runMs: number; wallMs: number; synchronised: boolean } {
    const { speaker, clock } = this.#o;
    const wallMs = Math.max(0, Math.round(clock.wallMs()));
    return { runMs: speaker.run.ms(), wallMs, synchronised: speaker.synchronised() };
  }

  #hello(): void {
    const { connection, speaker, trusted, token } = this.#o;
    connection.send('hello', {
      protocol: protocolVersion,
      agent: version,
      run: speaker.run.id,
      osBoot: speaker.run.osBoot,
      ...this.#clockPair(),
      name: speaker.machineName,
      os: speaker.os,
      intervalMs: speaker.intervalMs,
      pinned: trusted,
      ...(trusted && token !== undefined ? { token } : {}),
    });
  }

  #heard(message: Message): void {
    const handler = this.#handlers[message.kind] as ((body: Message['body']) => void) | undefined;
    if (handler === undefined) {
      this.#o.log.debug('passed over a message', { kind: message.kind });
    } else if (this.#welcome === undefined && message.kind !== 'welcome' && message.kind !== 'error') {
      this.#o.connection.close(`the box said ${message.kind} before welcome`);
    } else handler(message.body);
  }

  /** Orders among them: the owner of this machine has allowed none. */
  #passOver(type: number): void {
    const { log } = this.#o;
    if (this.#passedOver.has(type)) return;
    this.#passedOver.add(type);
    if (type === ORDER) log.warn('the box sent an order: this machine follows none', { box: this.box.hash });
    else log.info('the box sent something that this version passes over', { type });
  }

  #welcomed(welcome: Welcome): void {
    if (welcome.protocol[0] !== protocolVersion[0]) {
      this.#o.connection.close(`the box speaks version ${welcome.protocol[0]} of the protocol`);
      return;
    }
    this.#welcome = welcome;
    if (welcome.state === 'admitted') this.#admitted(welcome.machine ?? 0);
    else this.#o.changed();
  }

  #admitted(machine: number): void {
    this.#machine = machine;
    this.#sendIfAllowed();
    this.#o.changed();
  }

  /** The one place that begins to send: the box has admitted us, and somebody this machine believes vouches for the box. */
  #sendIfAllowed(): void {
    if (this.#machine === undefined || !this.#trusted || this.#sender !== undefined) return;
    const { connection, speaker, clock, log } = this.#o;
    this.#pairing.end();
    log.info('sending to box', { box: this.box.name, address: this.box.address, machine: this.#machine });
    this.#telling = new Telling({ connection, speaker, foundBy: this.#o.foundBy });
    const { catalog, outbox } = speaker;
    outbox.answering = true;
    const { limits } = this.#welcome!;
    const clocks = () => speaker.clocks();
    this.#sender = new Sender({ connection, catalog, outbox, clocks, clock, log, limits });
    this.#sender.start();
    this.#telling.news();
    this.#assign();
  }

  /** A box that is not trusted yet may have said it already. */
  #assign(probes = this.#assigned): void {
    this.#assigned = probes;
    if (this.#sender !== undefined && probes !== undefined) this.#o.speaker.probes.assigned(probes);
  }

  #acknowledged({ run, seqs, clock }: Body<'ack'>): void {
    const { outbox, boxTime } = this.#o.speaker;
    if (this.#sender === undefined) return;
    boxTime.heard(clock);
    outbox.acknowledge(run, seqs);
    this.#telling?.acknowledged();
  }

  /** A question, not an order: what is told is decided by the configuration of this machine. */
  async #tellProcesses(id: number): Promise<void> {
    if (this.#sender === undefined) return;
    const { connection, speaker, log } = this.#o;
    try {
      connection.send('processes', { id, ...(await speaker.processes()) });
    } catch (error) {
      log.warn('the busiest programs cannot be told', { error: messageOf(error) });
    }
  }

  #pair(step: ReturnType<Pairing['committed']>): void {
    const { connection } = this.#o;
    if ('broken' in step) connection.close(`the box cheats at pairing: ${step.broken}`);
    else if ('nonce' in step) connection.send('pairNonce', { nonce: step.nonce });
    this.#o.changed();
  }

  /** What was shown of this box is taken away: another one is meant. */
  hush(): void {
    this.#unpair();
  }

  #unpair(): void {
    this.#pairing.end();
    this.#o.changed();
  }

  #refused(reason: string, retryMs: number | undefined): void {
    this.#retryMs = retryMs;
    this.#o.connection.close(reason);
  }

  #retry(): { retryMs?: number } {
    return this.#retryMs === undefined ? {} : { retryMs: this.#retryMs };
  }
}
