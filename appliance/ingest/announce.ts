/**
 * Tells the network by mDNS where the door is. One responder for each address, because one instance speaks on one interface
 * only; when the addresses change all are made anew, because records never are. mDNS gives addresses, never trust, and its
 * troubles never stop the door.
 */
import { networkInterfaces } from 'node:os';
import { Bonjour } from 'bonjour-service';
import { protocolVersion } from '../protocol/messages.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import { messageOf } from '../runtime/errors.ts';
import { type Log, limited } from '../runtime/log.ts';
import { mdnsSocket } from './mdns-socket.ts';

export type Responder = { /** Says goodbye and closes. */ stop(): Promise<void> };
export type Respond = (address: string, service: Service, onError: (error: unknown) => void) => Responder;
export type Service = { name: string; host: string; port: number; txt: Record<string, string> };

const lookEveryMs = 5_000;
const goodbyeMs = 1_000;

export class Announce implements Part {
  readonly name = 'announce';
  readonly #service: () => Service;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #addresses: () => string[];
  readonly #respond: Respond;
  #present: string[] = [];
  #responders: Responder[] = [];
  #timer: Timer | null = null;
  #changing: Promise<void> = Promise.resolve();

  constructor(o: {
    /** Asked when it is announced: the port is known once the door is open. */
    service: () => Service;
    clock: Clock;
    log: Log;
    addresses?: () => string[];
    respond?: Respond;
  }) {
    this.#service = o.service;
    this.#clock = o.clock;
    this.#log = limited(o.log, 600_000);
    this.#addresses = o.addresses ?? ownIpv4Addresses;
    this.#respond = o.respond ?? respondWithBonjour(o.clock);
  }

  async start(): Promise<void> {
    this.#look();
    this.#timer = this.#clock.every(lookEveryMs, () => this.#look());
    await this.#changing;
  }

  async stop(): Promise<void> {
    this.#timer?.stop();
    this.#change([]);
    await this.#changing;
  }

  #look(): void {
    const addresses = this.#addresses().toSorted();
    if (addresses.join() !== this.#present.join()) this.#change(addresses);
  }

  #change(addresses: string[]): void {
    this.#present = addresses;
    this.#changing = this.#changing.then(async () => {
      const old = this.#responders;
      this.#responders = [];
      await Promise.all(old.map((one) => one.stop().catch((error) => this.#complain(error))));
      for (const address of addresses) this.#begin(address);
    });
  }

  #begin(address: string): void {
    try {
      this.#responders.push(this.#respond(address, this.#service(), (error) => this.#complain(error)));
    } catch (error) {
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    this.#log.warn('mDNS does not work: machines must be told this box’s address', {
      reason: messageOf(error),
    });
  }
}

export function serviceOf(box: { id: string; name: string; port: number }): Service {
  return {
    name: box.name,
    host: `${box.name}.local`,
    port: box.port,
    txt: { v: String(protocolVersion[0]), id: box.id, name: box.name },
  };
}

/** All own addresses that others can reach. */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter((one) => !one.internal).map((one) => one.address);
}

function ownIpv4Addresses(): string[] {
  return ownAddresses().filter((address) => !address.includes(':'));
}

/** bonjour-service reports a port that it cannot bind by an event that nobody hears unless we listen. */
type BonjourOptions = ConstructorParameters<typeof Bonjour>[0];
type WithMdns = {
  server: { mdns: { on(event: 'error' | 'warning', listener: (error: unknown) => void): void } };
};

function respondWithBonjour(clock: Clock): Respond {
  return (address, service, onError) => {
    // All are handed on to multicast-dns, though the types do not know them.
    const socket = mdnsSocket(address, clock);
    const options = { interface: address, bind: '0.0.0.0', socket } as unknown as BonjourOptions;
    const bonjour = new Bonjour(options, onError);
    const { mdns } = (bonjour as unknown as WithMdns).server;
    mdns.on('error', onError);
    mdns.on('warning', () => undefined);
    // Not probed: the name comes from the key, and our own responder on the next interface would answer the probe.
    bonjour.publish({ ...service, type: 'netmonitor', protocol: 'tcp', probe: false });
    return { stop: () => goodbye(bonjour, clock) };
  };
}

async function goodbye(bonjour: Bonjour, clock: Clock): Promise<void> {
  const said = new Promise<void>((resolve) => bonjour.unpublishAll(() => resolve()));
  await within(said, clock);
  const closed = new Promise<void>((resolve) => bonjour.destroy(() => resolve()));
  await within(closed, clock);
}

async function within(done: Promise<void>, clock: Clock): Promise<void> {
  const patience = new AbortController();
  const late = clock.sleep(goodbyeMs, patience.signal).catch(() => undefined);
  await Promise.race([done, late]);
  patience.abort();
}
