/** Sockets that hear what devices shout to everybody, on every network of this machine; they can also ask them to shout. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { messageOf } from '../../appliance/runtime/errors.ts';
import { type OwnAddress, ownAddresses } from '../find/networks.ts';
import { dnsQuestion, recordTypes } from '../probes/dns-wire.ts';
import { type Announcement, readMulticastDns, readSsdp } from './announcements.ts';

type Channel = {
  port: number;
  group: string;
  read(bytes: Buffer, sender: string): Announcement;
  question: Buffer;
};

const ssdpQuestion = [
  ...['M-SEARCH * HTTP/1.1', 'HOST: 239.255.255.250:1900', 'MAN: "ssdp:discover"', 'MX: 2', 'ST: ssdp:all'],
  ...['', ''],
].join('\r\n');

const channels: readonly Channel[] = [
  {
    ...{ port: 5_353, group: '224.0.0.251', read: readMulticastDns },
    question: dnsQuestion(0, '_services._dns-sd._udp.local', recordTypes.PTR!),
  },
  { port: 1_900, group: '239.255.255.250', read: readSsdp, question: Buffer.from(ssdpQuestion) },
];

/** A flood of announcements costs no more than this. */
const mostASecond = 100;
/** Multicast DNS allows no longer ones (RFC 6762, section 17). */
const longest = 9_000;

export type EarsOptions = {
  heard(sender: string, announcement: Announcement): void;
  /** Something does not work on this machine; it goes on with what does. */
  failed(what: string): void;
  monotonicMs(): number;
};

export class Ears {
  readonly #o: EarsOptions;
  readonly #sockets = new Map<Channel, Socket>();
  #second = 0;
  #inSecond = 0;

  constructor(o: EarsOptions) {
    this.#o = o;
  }

  /** Resolves when everything is heard that can be. */
  async open(): Promise<void> {
    await Promise.all(channels.map((channel) => this.#openOne(channel)));
    this.join();
  }

  #openOne(channel: Channel): Promise<void> {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    this.#sockets.set(channel, socket);
    socket.on('message', (bytes, from) => this.#take(channel, bytes, from));
    return new Promise((resolve) => {
      socket.on('error', (error) => {
        this.#o.failed(`port ${channel.port}: ${error.message}`);
        resolve();
      });
      socket.on('close', resolve);
      socket.bind(channel.port, resolve);
    });
  }

  /** Networks come and go: to join again what is joined is an error that says nothing. */
  join(): void {
    for (const [{ group }, socket] of this.#sockets)
      for (const { address } of ownAddresses('IPv4')) {
        try {
          socket.addMembership(group, address);
        } catch {
          // joined already, or the network went away in this moment
        }
      }
  }

  /** On each network, from the ports where the answers are heard. */
  ask(): void {
    for (const own of ownAddresses('IPv4'))
      for (const [channel, socket] of this.#sockets) this.#askOn(own, channel, socket);
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  #askOn({ address, name }: OwnAddress, { question, port, group }: Channel, socket: Socket): void {
    try {
      socket.setMulticastInterface(address);
      socket.send(question, port, group);
    } catch (error) {
      this.#o.failed(`${name}: ${messageOf(error)}`);
    }
  }

  #take({ read }: Channel, bytes: Buffer, { address }: RemoteInfo): void {
    const second = Math.floor(this.#o.monotonicMs() / 1_000);
    this.#inSecond = second === this.#second ? this.#inSecond + 1 : 1;
    this.#second = second;
    if (this.#inSecond > mostASecond || bytes.length > longest) return;
    try {
      this.#o.heard(address, read(bytes, address));
    } catch {
      // Whoever sends what cannot be read says nothing.
    }
  }
}
