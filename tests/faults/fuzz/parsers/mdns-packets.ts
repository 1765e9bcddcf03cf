/** Packets that anybody on the network may send to port 5353: through the library, to what the agent would try and the box answers. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { isIP } from 'node:net';
import { Bonjour, type Service } from 'bonjour-service';
import { candidatesOf } from '../../../../agent/find/mdns.ts';
import { serviceOf } from '../../../../appliance/ingest/announce.ts';
import type { FuzzedParser } from '../parser.ts';

const box = { id: 'ab'.repeat(32), name: 'netmonitor-abcd', port: 7411 };
const sender = { address: '192.0.2.7', family: 'IPv4', port: 5353, size: 0 };
/** Everything of a UDP socket but the network. */
class SilentSocket extends EventEmitter {
  bind(_port: number, _address: string, done: () => void): void {
    done();
  }
  send(message: Buffer): void {
    this.emit('sent', message);
  }
  close(): void {
    this.emit('close');
  }
}

function bonjourOn(socket: SilentSocket): Bonjour {
  return new Bonjour({ socket } as unknown as ConstructorParameters<typeof Bonjour>[0], (error: unknown) => {
    throw error;
  });
}

const socket = new SilentSocket();
const bonjour = bonjourOn(socket);
bonjour.publish({ ...serviceOf(box), type: 'netmonitor', protocol: 'tcp', probe: false });

export const mdnsPackets: FuzzedParser = {
  about: 'mDNS packets',
  // The library's own branches are its own matter; that it throws nothing is ours.
  sources: ['agent/find/mdns.ts'],
  leftOut: [
    'mdns',
    'abort',
    'askAgain',
    'askEverywhere',
    'ask',
    'ipv4Addresses',
    'Found',
    'add',
    'end',
    'next',
  ],
  seeds: () =>
    Promise.all([
      ...[
        answer(),
        answer({ ttl: 0 }),
        answer({ port: 0 }),
        answer({ id: 'none' }),
        answer({ address: 'fe80::2' }),
      ],
      ...[question('PTR'), question('ANY')],
    ]),
  async parse(input) {
    const heard: Service[] = [];
    const take = (service: Service) => heard.push(service);
    const browser = bonjour.find({ type: 'netmonitor', protocol: 'tcp' }, take);
    browser.on('srv-update', take);
    browser.on('txt-update', take);
    // Once to add, once more to update; an error here would end the process of agent or box.
    socket.emit('message', Buffer.from(input), sender);
    socket.emit('message', Buffer.from(input), sender);
    browser.stop();
    // What the library puts off is done between packets, as when they come over the network.
    await new Promise((resolve) => setImmediate(resolve));
    // What the library leaves away is its own matter, too.
    const bare = heard.map((service) => ({ ...service, addresses: undefined, referer: undefined }) as never);
    for (const candidate of [...heard, ...bare].flatMap((service) => candidatesOf(service, 'eth0'))) {
      assert.ok(isIP(candidate.host.split('%')[0]!) !== 0 && candidate.port > 0 && candidate.port < 65_536);
      assert.match(candidate.announcedHash ?? box.id, /^[0-9a-f]{64}$/);
    }
  },
  isRefusal: () => false,
};

function answer({ ttl = 120, port = 7411, id = box.id, address = '::1' } = {}): Promise<Uint8Array> {
  const type = '_netmonitor._tcp.local';
  const instance = `${box.name}.${type}`;
  const host = `${box.name}.local`;
  return encoded((mdns) =>
    mdns.respond({
      answers: [
        { type: 'PTR', name: type, ttl, data: instance },
        { type: 'PTR', name: `_x._sub.${type}`, ttl, data: instance },
        { type: 'SRV', name: instance, ttl, data: { target: host, port, priority: 0, weight: 0 } },
        { type: 'TXT', name: instance, ttl, data: ['v=1', `id=${id}`, `name=${box.name}`] },
      ],
      additionals: [
        { type: 'A', name: host, ttl, data: '192.0.2.7' },
        { type: 'AAAA', name: host, ttl, data: address },
      ],
    }),
  );
}

function question(type: 'PTR' | 'ANY'): Promise<Uint8Array> {
  return encoded((mdns) => mdns.query('_netmonitor._tcp.local', type));
}

type Mdns = { respond(packet: object): void; query(name: string, type: string): void };

/** What the library would send. */
async function encoded(say: (mdns: Mdns) => void): Promise<Uint8Array> {
  const quiet = new SilentSocket();
  const library = bonjourOn(quiet);
  const sent = once(quiet, 'sent');
  say((library as unknown as { server: { mdns: Mdns } }).server.mdns);
  const [message] = (await sent) as [Uint8Array];
  library.destroy();
  return new Uint8Array(message);
}
