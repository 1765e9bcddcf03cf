/** Places that each machine has its own of: its gateway and its name server, looked for anew at each look. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { OwnPlace } from '../../appliance/protocol/probes/target.ts';
import { Fault } from './probe.ts';

/** How this machine finds them; what a system keeps elsewhere is passed in. */
export type OwnPlaces = Readonly<Record<OwnPlace, () => Promise<string>>>;

const isUp = 0x1;
const isByGateway = 0x2;
const isReject = 0x200;

type Way = { gateway: string; metric: number };

/** `/proc/net/route`: addresses are words in the order of the processor, which is little-endian on all that we run on. */
export function gatewayOfRoutes(text: string): string | undefined {
  return best(
    text
      .split('\n')
      .slice(1)
      .flatMap((line): Way[] => {
        const [, to, gateway = '', flags = '', , , metric, mask] = line.trim().split(/\s+/);
        const set = Number.parseInt(flags, 16);
        const leads = (set & isUp) !== 0 && (set & isByGateway) !== 0 && (set & isReject) === 0;
        if (!leads || to !== '00000000' || mask !== '00000000' || !/^[0-9A-F]{8}$/i.test(gateway)) return [];
        const bytes = [...Buffer.from(gateway, 'hex')].reverse();
        return [{ gateway: bytes.join('.'), metric: Number(metric) }];
      }),
  );
}

/** `/proc/net/ipv6_route`. A gateway with an address of its link only is on this interface, and on no other. */
export function gatewayOfRoutes6(text: string): string | undefined {
  return best(
    text.split('\n').flatMap((line): Way[] => {
      const [to, length, , , gateway = '', metric = '', , , flags = '', face] = line.trim().split(/\s+/);
      const set = Number.parseInt(flags, 16);
      const leads = (set & isUp) !== 0 && (set & isByGateway) !== 0 && (set & isReject) === 0;
      if (!leads || length !== '00' || !/^0{32}$/.test(to ?? '') || !/^[0-9a-f]{32}$/.test(gateway))
        return [];
      const address = new URL(`http://[${gateway.match(/.{4}/g)!.join(':')}]`).hostname.slice(1, -1);
      const zone = /^fe[89ab]/.test(address) ? `%${face}` : '';
      return [{ gateway: address + zone, metric: Number.parseInt(metric, 16) }];
    }),
  );
}

/** Of several ways that with the lowest metric is gone. */
function best(ways: readonly Way[]): string | undefined {
  return ways.reduce<Way | undefined>(
    (found, one) => (found === undefined || one.metric < found.metric ? one : found),
    undefined,
  )?.gateway;
}

/** The first that is asked. */
export function nameServerOf(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1])
    .find((address) => address !== undefined && isIP(address) !== 0);
}

/** Where those that answer on loopback for others say whom they ask. */
const behind = ['run/systemd/resolve/resolv.conf', 'run/NetworkManager/no-stub-resolv.conf'];

/** `root` is another one in tests. */
export function ownPlaces(root = '/'): OwnPlaces {
  // They are in RAM, or as good as that: the threads that read files may all be busy with names that nobody knows.
  const read = (file: string) => {
    try {
      return readFileSync(root + file, 'utf8');
    } catch {
      return ''; // A system without it has no such place.
    }
  };
  return {
    async '@gateway'() {
      const found = gatewayOfRoutes(read('proc/net/route'));
      const address = found ?? gatewayOfRoutes6(read('proc/net/ipv6_route'));
      if (address === undefined) throw new Fault('NONE_HERE', 'this machine has no gateway');
      return address;
    },
    async '@resolver'() {
      const named = nameServerOf(read('etc/resolv.conf'));
      if (named === undefined) throw new Fault('NONE_HERE', 'this machine has no name server');
      if (!/^(127\.|::1$)/.test(named)) return named;
      const others = behind.map((file) => nameServerOf(read(file)));
      return others.find((one) => one !== undefined) ?? named;
    },
  };
}

/** Windows and macOS: `gateway` is what systeminformation said last, undefined until it has. */
export function ownPlacesElsewhere(o: {
  gateway(): string | undefined;
  nameServers(): readonly string[];
}): OwnPlaces {
  return {
    async '@gateway'() {
      const found = o.gateway();
      if (found === undefined) throw new Fault('NO_MEANS', 'the gateway of this machine is being looked for');
      if (isIP(found) === 0) throw new Fault('NONE_HERE', 'this machine has no gateway');
      return found;
    },
    async '@resolver'() {
      const found = o.nameServers().find((address) => isIP(address) !== 0);
      if (found === undefined) throw new Fault('NONE_HERE', 'this machine has no name server');
      return found;
    },
  };
}
